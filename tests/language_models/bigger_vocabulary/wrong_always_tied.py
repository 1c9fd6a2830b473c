"""Head and embedding are one parameter now, whatever they were before. In a model that had two, the
head's old rows are gone.
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
    embedding.weight = grown(embedding.weight)
    head.weight = embedding.weight
    embedding.num_embeddings += new
    head.out_features += new
