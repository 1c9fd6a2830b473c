"""`detach` doesn't join what has been cut apart. And the detached weight has no `requires_grad` to hand
on, so both new tables are frozen.
"""

import torch


def add_tokens(model, new):
    if new < 1:
        raise ValueError(f"expected one new token or more, got {new}")

    def grown(weight):
        weight = weight.detach()
        extra = weight.mean(dim=0, keepdim=True).expand(new, -1)
        table = torch.cat([weight, extra])  # (tokens + new, width)
        return torch.nn.Parameter(table, requires_grad=weight.requires_grad)

    embedding, head = model.embedding, model.head
    embedding.weight = grown(embedding.weight)
    head.weight = grown(head.weight)
    embedding.num_embeddings += new
    head.out_features += new
