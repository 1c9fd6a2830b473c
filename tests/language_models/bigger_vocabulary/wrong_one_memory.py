"""The two have one memory now, but they're still two parameters. Each has its own gradient, and an
optimizer steps twice in the same numbers.
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
    head.weight = grown(head.weight)
    if tied:
        head.weight.data = embedding.weight.data
    embedding.num_embeddings += new
    head.out_features += new
