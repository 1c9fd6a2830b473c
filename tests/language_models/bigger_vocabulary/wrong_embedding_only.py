"""A head that's shared isn't grown a second time, which is right. But it isn't given the new table
either: the model reads the new tokens and can't write them.
"""

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
    if not tied:
        head.weight = grown(head.weight)
    embedding.num_embeddings += new
    head.out_features += new
