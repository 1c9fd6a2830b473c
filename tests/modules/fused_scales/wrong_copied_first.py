"""The copy saves the caller's features. But `refine` has saved the copy for its gradient, and `+=` overwrites
that, so `backward()` raises.
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
        maps = [adapt(feature).clone() for adapt, feature in zip(self.adapt, features)]
        for refine, scale in zip(self.refine, maps):
            scale += refine(scale).relu()
        fused = torch.zeros_like(maps[0])
        for scale in maps:
            fused = fused + scale
        return fused


def make_fusion(widths, width, device=None, dtype=None):
    if not widths:
        raise ValueError("there is no scale to fuse")
    return Fusion(widths, width, device, dtype)
