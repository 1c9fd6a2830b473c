"""A graph convolution, for instance over the atoms of a molecule and its bonds."""

import torch


def convolution(inputs, outputs, dtype=None, device=None):
    """Return a module that maps node features and a graph to new node features.

    inputs, outputs: numbers of features per node
    module(x, edges) takes x, (nodes, inputs), and edges, (2, any number), int64: a column
    (i, j) says that node j hears node i. An edge may occur several times, and a node may have
    none. It returns (nodes, outputs): S x W. With A[j, i] the number of edges from i to j,
    plus 1 on the diagonal, and d[j] the sum of row j of A, S[j, i] = A[j, i] / sqrt(d[i] d[j])
    (Kipf and Welling 2017). W, (inputs, outputs), is the module's parameter `weight`.

    Every call is about the graph that it's given, in whatever mode the module is.
    """
    return _Convolution(inputs, outputs, dtype, device)


class _Convolution(torch.nn.Module):
    def __init__(self, inputs, outputs, dtype, device):
        super().__init__()
        start = torch.randn(inputs, outputs, dtype=dtype, device=device)
        self.weight = torch.nn.Parameter(start / inputs**0.5)

    def forward(self, x, edges):
        # nothing is kept: the next call may bring another graph
        return self.normalized(x, edges) @ x @ self.weight

    def normalized(self, x, edges):
        source, target = edges
        matrix = torch.eye(len(x), dtype=x.dtype, device=x.device)  # a node hears itself
        one = torch.ones_like(source, dtype=x.dtype)
        matrix.index_put_((target, source), one, accumulate=True)
        scale = matrix.sum(dim=1).rsqrt()
        return scale.unsqueeze(1) * matrix * scale
