"""Every parameter is grown once, and both tables look theirs up."""

import torch


def add_tokens(model, new):
    if new < 1:
        raise ValueError(f"expected one new token or more, got {new}")

    def grown(weight):
        extra = weight.mean(dim=0, keepdim=True).expand(new, -1)
        table = torch.cat([weight, extra])  # (tokens + new, width)
        return torch.nn.Parameter(table, requires_grad=weight.requires_grad)

    embedding, head = model.embedding, model.head
    bigger = {old: grown(old) for old in (embedding.weight, head.weight)}  # one, if they're one
    embedding.weight, head.weight = bigger[embedding.weight], bigger[head.weight]
    embedding.num_embeddings += new
    head.out_features += new
