"""One table stays one and two stay two. But a new `Parameter` learns unless it's told not to, and what was
frozen isn't any more.
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
    old = embedding.weight, head.weight
    for m, w in zip((embedding, head), old):
        if m is head and tied:
            head.weight = embedding.weight
        else:
            m.weight = torch.nn.Parameter(
                torch.cat([w.detach(), w.detach().mean(0, keepdim=True).expand(new, -1)])
            )
    embedding.num_embeddings += new
    head.out_features += new
