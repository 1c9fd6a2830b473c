"""The last matrix is kept together with what it was made from, by value, and made anew for anything
else.
"""

import torch


def convolution(inputs, outputs, dtype=None, device=None):
    return _Convolution(inputs, outputs, dtype, device)


class _Convolution(torch.nn.Module):
    def __init__(self, inputs, outputs, dtype, device):
        super().__init__()
        start = torch.randn(inputs, outputs, dtype=dtype, device=device)
        self.weight = torch.nn.Parameter(start / inputs**0.5)
        self.known, self.matrix = None, None

    def forward(self, x, edges):
        known = (len(x), x.dtype, x.device, edges.tolist())
        if self.known != known:
            self.known, self.matrix = known, self.normalized(x, edges)
        return self.matrix @ x @ self.weight

    def normalized(self, x, edges):
        source, target = edges
        matrix = torch.eye(len(x), dtype=x.dtype, device=x.device)
        one = torch.ones_like(source, dtype=x.dtype)
        matrix.index_put_((target, source), one, accumulate=True)
        scale = matrix.sum(dim=1).rsqrt()
        return scale.unsqueeze(1) * matrix * scale
