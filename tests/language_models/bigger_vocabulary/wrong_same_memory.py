"""You ask whether the tables have the same memory. Two parameters can share their memory and still be two,
with a gradient each; in your model they become one.
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
    tied = head.weight.data_ptr() == embedding.weight.data_ptr()
    embedding.weight = grown(embedding.weight)
    head.weight = embedding.weight if tied else grown(head.weight)
    embedding.num_embeddings += new
    head.out_features += new
