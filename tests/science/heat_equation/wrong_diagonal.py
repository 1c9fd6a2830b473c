"""`bend` isn't a matrix of second derivatives: its rows are points. Its diagonal has a coordinate of the
first point and another one of the second.
"""

import torch


def residual(network, points, source):
    points = points.detach().clone().requires_grad_()
    u = network(points)  # (batch, 1)
    (slope,) = torch.autograd.grad(u.sum(), points, create_graph=True)
    (bend,) = torch.autograd.grad(slope.sum(), points, create_graph=True)
    return bend.diagonal().sum() + source
