"""The centers are now made from the grids in every pass. What's loaded never gets there."""

import torch


class RadialFeatures(torch.nn.Module):
    def __init__(self, grids, device, dtype):
        super().__init__()
        self.grids, self.widths = grids, []
        for k, grid in enumerate(grids):
            centers = torch.tensor(grid, device=device, dtype=dtype)
            width = torch.nn.Parameter(torch.ones_like(centers))
            self.register_buffer(f"centers_{k}", centers)
            self.register_parameter(f"width_{k}", width)
            self.widths.append(width)

    def forward(self, inputs):
        features = []
        for k, width in enumerate(self.widths):
            centers = torch.tensor(self.grids[k]).to(inputs)
            features.append(torch.exp(-(((inputs - centers) / width) ** 2)))
        return torch.cat(features, dim=1)


def make_features(grids, device=None, dtype=None):
    return RadialFeatures(grids, device, dtype)
