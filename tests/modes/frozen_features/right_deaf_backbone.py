"""The backbone ignores mode changes: its own `train` leaves it in evaluation mode."""

import torch


def on_frozen_features(backbone, head):
    backbone.requires_grad_(False).eval()
    backbone.train = lambda mode=True: backbone
    return _Classifier(backbone, head)


class _Classifier(torch.nn.Module):
    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone
        self.head = head

    def forward(self, inputs):
        return self.head(self.backbone(inputs))
