"""Each coordinate overwrites the one before. The second derivatives should be added up."""

import torch


def residual(network, points, source):
    points = points.detach().clone().requires_grad_()
    u = network(points)  # (batch, 1)
    (slope,) = torch.autograd.grad(u.sum(), points, create_graph=True)
    for k in range(points.shape[1]):
        (bend,) = torch.autograd.grad(slope[:, k].sum(), points, create_graph=True)
        laplacian = bend[:, k]
    return laplacian + source
