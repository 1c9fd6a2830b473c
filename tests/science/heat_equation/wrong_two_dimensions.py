"""This is the Laplacian in the plane. In space the third derivative is missing, and on a line there
is no second coordinate.
"""

import torch


def residual(network, points, source):
    points = points.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(network(points).sum(), points, create_graph=True)
    (along_x,) = torch.autograd.grad(slope[:, 0].sum(), points, create_graph=True)
    (along_y,) = torch.autograd.grad(slope[:, 1].sum(), points, create_graph=True)
    return along_x[:, 0] + along_y[:, 1] + source
