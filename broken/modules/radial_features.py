"""Radial features at several scales: fixed centers, and widths that are trained."""

import torch


class RadialFeatures(torch.nn.Module):
    """One set of bell curves for each scale."""

    def __init__(self, grids, device, dtype):
        super().__init__()
        self.centers, self.widths = [], []
        for k, grid in enumerate(grids):
            centers = torch.tensor(grid, device=device, dtype=dtype)
            width = torch.nn.Parameter(torch.ones_like(centers))
            self.register_buffer(f"centers_{k}", centers)
            self.register_parameter(f"width_{k}", width)
            self.centers.append(centers)
            self.widths.append(width)

    def forward(self, inputs):
        features = []
        for centers, width in zip(self.centers, self.widths):
            features.append(torch.exp(-(((inputs - centers) / width) ** 2)))
        return torch.cat(features, dim=1)


def make_features(grids, device=None, dtype=None):
    """Return a module that maps (samples, 1) to (samples, number of centers in all).

    grids: list of lists of floats, the centers of each scale
    Each feature is exp(-((input - center) / width)**2), scale by scale in this order.
    Its parameters are the widths, width_0, width_1, ..., of the shape of their centers,
    with a start of 1. The centers, centers_0, ..., are saved and loaded with them, but
    aren't trained. A cast or a move reaches both, and the outputs follow, whatever was
    loaded (into the tensors that are there, so without assign=True), cast or moved
    before. device, dtype: as for torch.nn.Linear
    """
    return RadialFeatures(grids, device, dtype)
