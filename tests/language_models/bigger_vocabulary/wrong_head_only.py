"""A table that's shared isn't grown twice, which is right. But the embedding isn't given the new one: the
model writes the new tokens and can't read them.
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
    head.weight = grown(head.weight)
    if not tied:
        embedding.weight = grown(embedding.weight)
    embedding.num_embeddings += new
    head.out_features += new
