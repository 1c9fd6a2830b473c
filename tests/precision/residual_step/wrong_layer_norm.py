"""`layer_norm` subtracts the mean first. The docstring divides by the root of the mean square, and
subtracts nothing.
"""

import torch


def residual_step(hidden, gain, weight, eps=1e-5):
    scaled = torch.nn.functional.layer_norm(hidden, hidden.shape[-1:], eps=eps)  # (..., width)
    change = (scaled * gain).to(hidden.dtype) @ weight.T
    return hidden + change
