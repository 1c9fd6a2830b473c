"""The modes are right, but the backbone runs under `no_grad`, so no gradient gets through it to the
inputs.
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
        self.backbone.eval()
        return self

    def forward(self, inputs):
        with torch.no_grad():
            features = self.backbone(inputs)
        return self.head(features)
