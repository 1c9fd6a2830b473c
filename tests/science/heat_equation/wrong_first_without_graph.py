"""Without create_graph the slope is a plain number, and can't be differentiated again."""

import torch


def residual(network, points, source):
    points = points.detach().clone().requires_grad_()
    u = network(points)  # (batch, 1)
    (slope,) = torch.autograd.grad(u.sum(), points)
    laplacian = 0.0
    for k in range(points.shape[1]):
        (bend,) = torch.autograd.grad(slope[:, k].sum(), points, create_graph=True)
        laplacian = laplacian + bend[:, k]
    return laplacian + source
