"""Embeddings from a fast forward pass, and how far apart they are."""

import torch


def embed(model, inputs):
    """The embeddings of `inputs`, without a graph.

    model:  maps (n, features) to (n, width)
    inputs: (n, features), float32

    This pass is the expensive one: its products run with precision "high", as TF32 where
    the device has it.
    """
    torch.set_float32_matmul_precision("high")
    with torch.no_grad():
        return model(inputs)


def squared_distances(a, b):
    """All squared Euclidean distances between the rows of `a` and those of `b`.

    a, b: (n, width) and (m, width), float32
    Returns (n, m) float32, right to float32's own rounding, at any time.
    """
    lengths_a = a.square().sum(1, keepdim=True)  # (n, 1)
    lengths_b = b.square().sum(1)  # (m,)
    return (lengths_a + lengths_b - 2 * (a @ b.T)).clamp_min(0)
