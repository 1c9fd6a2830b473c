"""Add tokens to a language model that has been trained already."""

import torch


def add_tokens(model, new):
    """Make room for `new` more tokens, with the numbers behind the old ones, in both tables of `model`.

    model: has an `embedding`, torch.nn.Embedding(tokens, width), and a `head`,
           torch.nn.Linear(width, tokens) without bias. Their weights have no gradients yet. Head and
           embedding may share one parameter, or have one each
    new:   int, 1 or more

    Old tokens keep their rows. The row of a new token is the mean of all old rows of its table, so it
    starts as an average token. Otherwise the model is as before: what was one parameter is one, what
    was two is two, and dtype, device and `requires_grad` of each stay what they were.
    Changes `model`; returns nothing. Raises ValueError, before anything changes, if `new` is below 1.
    """
    if new < 1:
        raise ValueError(f"expected one new token or more, got {new}")

    def grown(weight):
        extra = weight.mean(dim=0, keepdim=True).expand(new, -1)
        table = torch.cat([weight, extra])  # (tokens + new, width)
        return torch.nn.Parameter(table, requires_grad=weight.requires_grad)

    embedding, head = model.embedding, model.head
    tied = head.weight is embedding.weight
    embedding.weight = grown(embedding.weight)
    # Two tables with equal numbers would part at the first step.
    head.weight = embedding.weight if tied else grown(head.weight)
    embedding.num_embeddings += new
    head.out_features += new
