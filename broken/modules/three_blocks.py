"""A tower of residual blocks, and its training by gradient descent."""

import torch


class Tower(torch.nn.Module):
    """Blocks one after the other; each adds a correction to its input."""

    def __init__(self, width, count, device, dtype):
        super().__init__()
        block = torch.nn.Linear(width, width, bias=False, device=device, dtype=dtype)
        self.blocks = torch.nn.ModuleList([block] * count)

    def forward(self, inputs):
        for block in self.blocks:
            inputs = inputs + block(inputs)
        return inputs


def make_tower(width, count, device=None, dtype=None):
    """Return a module that maps (samples, width) to the same shape, through `count` residual blocks.

    Its `blocks` holds them in order: each is a torch.nn.Linear without bias, with its own weights and its
    own random start, as torch.nn.Linear draws it.
    device, dtype: as for torch.nn.Linear. Raises ValueError for a count below 1.
    """
    if count < 1:
        raise ValueError(f"a tower has at least one block, got count={count}")
    return Tower(width, count, device, dtype)


def fit(model, inputs, targets, steps, lr):
    """Train `model` in place by gradient descent on its mean squared error; frozen blocks don't change.

    inputs, targets: (samples, width), dtype and device of the model
    Returns a list with the loss before each step.
    """
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = torch.nn.functional.mse_loss(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
