"""The refined scales are appended to a list of their own."""

import torch


class Fusion(torch.nn.Module):
    def __init__(self, widths, width, device, dtype):
        super().__init__()
        made = {"device": device, "dtype": dtype}
        self.adapt = torch.nn.ModuleList()
        for own in widths:
            fits = own == width
            layer = torch.nn.Identity() if fits else torch.nn.Linear(own, width, **made)
            self.adapt.append(layer)
        self.refine = torch.nn.ModuleList()
        for _ in widths:
            self.refine.append(torch.nn.Linear(width, width, **made))

    def forward(self, features):
        maps = [adapt(feature) for adapt, feature in zip(self.adapt, features)]
        refined = []
        for refine, scale in zip(self.refine, maps):
            scale = scale + torch.relu(refine(scale))
            refined.append(scale)
        return torch.stack(refined).sum(dim=0)


def make_fusion(widths, width, device=None, dtype=None):
    if not widths:
        raise ValueError("there is no scale to fuse")
    return Fusion(widths, width, device, dtype)
