"""Divided by the largest element first, so no square is above 1."""


def residual_step(hidden, gain, weight, eps=1e-5):
    wide = hidden.float()
    largest = wide.abs().amax(dim=-1, keepdim=True).clamp(min=1e-3).detach()
    small = wide / largest
    scaled = small / (small.square().mean(dim=-1, keepdim=True) + eps / largest.square()).sqrt()
    return hidden + (scaled * gain).to(hidden.dtype) @ weight.T
