"""The Laplacian is right. But it's the caller's own points that require a gradient now."""

import torch


def residual(network, points, source):
    points = points.requires_grad_()
    u = network(points)  # (batch, 1)
    (slope,) = torch.autograd.grad(u.sum(), points, create_graph=True)
    laplacian = 0.0
    for k in range(points.shape[1]):
        (bend,) = torch.autograd.grad(slope[:, k].sum(), points, create_graph=True)
        laplacian = laplacian + bend[:, k]
    return laplacian + source
