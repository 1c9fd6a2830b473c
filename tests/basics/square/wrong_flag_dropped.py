"""Without `requires_grad=True` nothing is recorded, so `backward()` has nothing to walk back through,
whatever the number.
"""

import torch


def slope_of_square(value):
    x = torch.tensor(value, dtype=torch.float32)
    y = x * x
    y.backward()
    return x.grad
