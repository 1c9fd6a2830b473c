"""You tie the tables if their numbers are equal. But equal numbers aren't one parameter: a model with two
that start out equal has them joined for good.
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
    tied = torch.equal(head.weight, embedding.weight)
    embedding.weight = grown(embedding.weight)
    head.weight = embedding.weight if tied else grown(head.weight)
    embedding.num_embeddings += new
    head.out_features += new
