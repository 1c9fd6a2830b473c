"""A head that's tied gets the longer table, but its `out_features` still says the old size."""

import torch


def add_tokens(model, new):
    if new < 1:
        raise ValueError(f"expected one new token or more, got {new}")

    def grown(weight):
        extra = weight.mean(dim=0, keepdim=True).expand(new, -1)
        table = torch.cat([weight, extra])  # (tokens + new, width)
        return torch.nn.Parameter(table, requires_grad=weight.requires_grad)

    embedding, head = model.embedding, model.head
    tied = head.weight is embedding.weight
    embedding.weight = grown(embedding.weight)
    embedding.num_embeddings += new
    if tied:
        head.weight = embedding.weight
    else:
        head.weight = grown(head.weight)
        head.out_features += new
