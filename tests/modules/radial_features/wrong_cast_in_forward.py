"""The dtype is right now, and so is the device. But you cast the old tensors: what was loaded after a cast
isn't in them.
"""

import torch


class RadialFeatures(torch.nn.Module):
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
            features.append(torch.exp(-(((inputs - centers.to(inputs)) / width) ** 2)))
        return torch.cat(features, dim=1)


def make_features(grids, device=None, dtype=None):
    return RadialFeatures(grids, device, dtype)
