"""Bring features of several scales to one width, refine each, and add them up."""

import torch


class Fusion(torch.nn.Module):
    """A layer to adapt and a layer to refine for each scale."""

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
        # a new list: to assign to a loop's variable changes no list
        maps = [s + refine(s).relu() for refine, s in zip(self.refine, maps)]
        fused = torch.zeros_like(maps[0])
        for scale in maps:
            fused = fused + scale
        return fused


def make_fusion(widths, width, device=None, dtype=None):
    """Return a module that maps a list of features, one for each scale, to one tensor.

    widths: the width of each scale's features, at least one; width: the result's
    The module takes a list of tensors (samples, width of the scale), and leaves list
    and tensors as they are. Each scale s is adapted first, to a_s = adapt[s](feature),
    which is the feature itself where its width is right already. The result, (samples,
    width), is the sum over the scales of a_s + relu(refine[s](a_s)).
    Its attributes `adapt` and `refine` are ModuleLists with an entry for each scale.
    device, dtype: as for torch.nn.Linear. Raises ValueError if there is no scale.
    """
    if not widths:
        raise ValueError("there is no scale to fuse")
    return Fusion(widths, width, device, dtype)
