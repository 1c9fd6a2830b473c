"""Each function sets the precision that it needs, and puts it back."""

import torch


def embed(model, inputs):
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high")
    try:
        with torch.no_grad():
            return model(inputs)
    finally:
        torch.set_float32_matmul_precision(before)


def squared_distances(a, b):
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    lengths = a.square().sum(1, keepdim=True) + b.square().sum(1)
    distances = (lengths - 2 * a @ b.T).clamp_min(0)
    torch.set_float32_matmul_precision(before)
    return distances
