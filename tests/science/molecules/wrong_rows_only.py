"""Every call has its own matrix now. But you've changed the normalization on the way: it divides by the
roots of both degrees.
"""

import torch


def convolution(inputs, outputs, dtype=None, device=None):
    return _Convolution(inputs, outputs, dtype, device)


class _Convolution(torch.nn.Module):
    def __init__(self, inputs, outputs, dtype, device):
        super().__init__()
        start = torch.randn(inputs, outputs, dtype=dtype, device=device)
        self.weight = torch.nn.Parameter(start / inputs**0.5)
        self.matrix = None

    def forward(self, x, edges):
        return self.normalized(x, edges) @ x @ self.weight

    def normalized(self, x, edges):
        source, target = edges
        matrix = torch.eye(len(x), dtype=x.dtype, device=x.device)  # a node hears itself
        one = torch.ones_like(source, dtype=x.dtype)
        matrix.index_put_((target, source), one, accumulate=True)
        return matrix / matrix.sum(dim=1, keepdim=True)
