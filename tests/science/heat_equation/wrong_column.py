"""`k : k + 1` keeps a column, and a column plus the row of sources is a square: every point with every
source.
"""

import torch


def residual(network, points, source):
    points = points.detach().clone().requires_grad_()
    u = network(points)  # (batch, 1)
    (slope,) = torch.autograd.grad(u.sum(), points, create_graph=True)
    laplacian = 0.0
    for k in range(points.shape[1]):
        (bend,) = torch.autograd.grad(slope[:, k].sum(), points, create_graph=True)
        laplacian = laplacian + bend[:, k : k + 1]
    return laplacian + source
