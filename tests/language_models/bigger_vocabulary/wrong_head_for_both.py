"""The embedding becomes the head's table, whatever it was before. A model with two tables loses what its
embedding has learned.
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
    head.weight = grown(head.weight)
    embedding.weight = head.weight
    embedding.num_embeddings += new
    head.out_features += new
