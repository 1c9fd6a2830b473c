"""`backward()` fills `.grad` only on the tensor you made with `requires_grad=True`. The cast returned another
tensor, so its `.grad` is None.
"""

import torch


def slope_of_square(value):
    x = torch.tensor(value, dtype=torch.float64, requires_grad=True).float()
    y = x * x
    y.backward()
    return x.grad
