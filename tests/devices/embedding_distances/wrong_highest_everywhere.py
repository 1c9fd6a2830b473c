"""The distances are right now, and the expensive pass has lost the precision "high" that it was to run
with: set it for that pass, and put it back."""

import torch


def embed(model, inputs):
    torch.set_float32_matmul_precision("highest")
    with torch.no_grad():
        return model(inputs)


def squared_distances(a, b):
    lengths_a = a.square().sum(1, keepdim=True)
    lengths_b = b.square().sum(1)
    return (lengths_a + lengths_b - 2 * (a @ b.T)).clamp_min(0)
