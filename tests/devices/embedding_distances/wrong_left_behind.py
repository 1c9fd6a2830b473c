"""After an exception the precision stays "high" for the rest of the process: put it back in a `finally`."""

import torch


def embed(model, inputs):
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high")
    with torch.no_grad():
        embeddings = model(inputs)
    torch.set_float32_matmul_precision(before)
    return embeddings


def squared_distances(a, b):
    lengths_a = a.square().sum(1, keepdim=True)
    lengths_b = b.square().sum(1)
    return (lengths_a + lengths_b - 2 * (a @ b.T)).clamp_min(0)
