"""One step of a residual network, as in today's language models: normalize, transform, add."""

import torch


def residual_step(hidden, gain, weight, eps=1e-5):
    """Return hidden + W (hidden / rms(hidden) * gain), row by row.

    hidden: (..., width), float32, bfloat16 or float16; up to 1e15 in size, so all that float16 has
    gain:   (width,), float32
    weight: W, (width, width), in the dtype of `hidden`
    rms(h) is the square root of eps + the mean of the squares of h's elements.
    Returns shape and dtype of `hidden`. The values, and the gradients along all three, are those of
    float32 up to the rounding of that dtype, as long as the dtype can hold the result.
    """
    square = hidden.pow(2).mean(dim=-1, keepdim=True)
    scaled = hidden * torch.rsqrt(square + eps)  # (..., width)
    change = (scaled * gain).to(hidden.dtype) @ weight.T
    return hidden + change
