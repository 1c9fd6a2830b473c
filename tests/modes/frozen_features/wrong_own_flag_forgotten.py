"""The backbone and the head have the right modes, but the module itself doesn't. Its own `training` never
changes, so any code that reads it gets the wrong mode.
"""

import torch


def on_frozen_features(backbone, head):
    return _Classifier(backbone, head)


class _Classifier(torch.nn.Module):
    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False).eval()
        self.head = head

    def train(self, mode=True):
        self.head.train(mode)
        return self

    def forward(self, inputs):
        return self.head(self.backbone(inputs))
