"""The list is built anew whenever somebody asks for it."""

import torch


class RadialFeatures(torch.nn.Module):
    def __init__(self, grids, device, dtype):
        super().__init__()
        self.scales, self.widths = len(grids), []
        for k, grid in enumerate(grids):
            centers = torch.tensor(grid, device=device, dtype=dtype)
            width = torch.nn.Parameter(torch.ones_like(centers))
            self.register_buffer(f"centers_{k}", centers)
            self.register_parameter(f"width_{k}", width)
            self.widths.append(width)

    @property
    def centers(self):
        return [getattr(self, f"centers_{k}") for k in range(self.scales)]

    def forward(self, inputs):
        features = []
        for centers, width in zip(self.centers, self.widths):
            features.append(torch.exp(-(((inputs - centers) / width) ** 2)))
        return torch.cat(features, dim=1)


def make_features(grids, device=None, dtype=None):
    return RadialFeatures(grids, device, dtype)
