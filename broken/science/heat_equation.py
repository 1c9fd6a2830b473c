"""How well a network solves the steady heat equation, at the points where it's asked."""

import torch


def residual(network, points, source):
    """Return Laplacian of u + source at every point, (batch,); 0 where u solves the equation.

    network: maps (batch, dimensions) to u, (batch, 1), each point by itself, and can be
             differentiated twice; it depends on its input through torch operations
    points:  (batch, dimensions), with any number of dimensions from 1; they are left as they
             are, without a gradient of their own
    source:  (batch,), the heat that comes in at each point

    The Laplacian is the sum of the second derivatives of u along each coordinate. The result
    can be differentiated along the parameters of the network.
    """
    points = points.detach().clone().requires_grad_()
    u = network(points)  # (batch, 1)
    (slope,) = torch.autograd.grad(u.sum(), points, create_graph=True)
    (bend,) = torch.autograd.grad(slope.sum(), points, create_graph=True)
    return bend.sum(dim=1) + source
