"""A small residual network, and a moving average of its weights."""

from contextlib import contextmanager

import torch
from torch import nn


def patches(images):
    """(samples, c, h, w) to (samples, 4 c, h / 2, w / 2): the pixels of a 2 x 2 square become channels."""
    n, c, h, w = images.shape
    squares = images.reshape(n, c, h // 2, 2, w // 2, 2)
    return squares.permute(0, 1, 3, 5, 2, 4).reshape(n, 4 * c, h // 2, w // 2)


class Block(nn.Module):
    """relu(x + f(x)) on (samples, width, h, w). Since f ends in a scale of zero, it begins as relu."""

    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
        )
        nn.init.zeros_(self.body[-1].weight)

    def forward(self, x):
        return (x + self.body(x)).relu()


class Net(nn.Module):
    """Scaled images (samples, 1, side, side) to logits (samples, classes).

    Behind the stem come `depth` blocks, each with weights of its own, and behind these the layer `head`.
    """

    def __init__(self, width, depth, classes):
        super().__init__()
        self.stem = nn.Conv2d(4, width, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.blocks = nn.Sequential(*[Block(width) for _ in range(depth)])
        self.head = nn.Linear(width, classes)

    def forward(self, images):
        x = self.norm(self.stem(patches(images))).relu()
        x = self.blocks(x)
        return self.head(x.amax((2, 3)))


class Average:
    """The moving average of a model's floating-point state, in tensors of its own; the rest is the latest.

    After n updates the next one keeps min(decay, (1 + n) / (10 + n)) of the average.
    """

    def __init__(self, model, decay):
        self.decay = decay
        self.updates = 0
        self.values = {name: value.detach().clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model):
        keep = min(self.decay, (1 + self.updates) / (10 + self.updates))
        self.updates += 1
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                self.values[name].lerp_(value, 1 - keep)
            else:
                self.values[name].copy_(value)

    @contextmanager
    def applied(self, model):
        """In this context the model has the average's weights, and behind it its own again."""
        own = {name: value.clone() for name, value in model.state_dict().items()}
        model.load_state_dict(self.values)
        try:
            yield model
        finally:
            model.load_state_dict(own)

    def state_dict(self):
        return {"updates": self.updates, "values": self.values}

    def load_state_dict(self, state):
        self.updates = state["updates"]
        for name, value in state["values"].items():
            self.values[name].copy_(value)
