"""The distances need no matrix product at all."""

import torch


def embed(model, inputs):
    torch.set_float32_matmul_precision("high")
    with torch.no_grad():
        return model(inputs)


def squared_distances(a, b):
    return (a[:, None] - b[None]).square().sum(-1)
