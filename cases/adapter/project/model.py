"""A backbone that was trained before, low-rank adapters in it, and a new head on top."""

import torch
from torch import nn

import data


class Adapted(nn.Module):
    """A frozen linear layer plus a correction of low rank: base(x) + alpha / rank * up(down(x)).

    It starts as the base alone, since `up` starts at zero. (Hu et al., 2021, arXiv:2106.09685)
    """

    def __init__(self, base, rank, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.down = nn.Linear(base.in_features, rank, bias=False)
        self.up = nn.Linear(rank, base.out_features, bias=False)
        nn.init.zeros_(self.up.weight)
        self.scale = alpha / rank

    def forward(self, x):
        return self.base(x) + self.scale * self.up(self.down(x))

    @torch.no_grad()
    def merged(self):
        """One linear layer with the same outputs; the layers here stay as they are."""
        layer = nn.Linear(self.base.in_features, self.base.out_features)
        layer.weight.copy_(self.base.weight + self.scale * self.up.weight @ self.down.weight)
        layer.bias.copy_(self.base.bias)
        return layer.to(self.base.weight)


def make_backbone(width):
    """Inputs (samples, FEATURES) to features (samples, width)."""
    return nn.Sequential(
        nn.Linear(data.FEATURES, width),
        nn.BatchNorm1d(width),
        nn.ReLU(),
        nn.Dropout(0.1),
        nn.Linear(width, width),
        nn.BatchNorm1d(width),
        nn.ReLU(),
    )


class Classifier(nn.Module):
    """head(backbone(inputs)): logits (samples, classes). The backbone keeps the mode it was built with.

    With a rank the backbone is frozen, in evaluation mode for good, and its linear layers are Adapted: its
    own parameters and buffers never change again, and gradients reach the adapters and the head.
    """

    def __init__(self, backbone, width, classes, rank=0, alpha=1.0):
        super().__init__()
        self.frozen = rank > 0
        if self.frozen:
            backbone.requires_grad_(False).eval()
            for name, layer in list(backbone.named_children()):
                if isinstance(layer, nn.Linear):
                    setattr(backbone, name, Adapted(layer, rank, alpha))
        self.backbone = backbone
        self.head = nn.Linear(width, classes)

    def train(self, mode=True):
        super().train(mode)
        if self.frozen:
            self.backbone.eval()
        return self

    def forward(self, inputs):
        return self.head(self.backbone(inputs))


def small_state(model):
    """All that training has changed in an adapted Classifier, as copies: what a checkpoint has to hold.

    `load_small_state` puts it into a Classifier that was built from the same backbone.
    """
    trained = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    return {name: value.clone() for name, value in model.state_dict().items() if name in trained}


def load_small_state(model, state):
    """Raises RuntimeError for a key that the model doesn't have."""
    unknown = model.load_state_dict(state, strict=False).unexpected_keys
    if unknown:
        raise RuntimeError(f"the model has no {', '.join(unknown)}")
