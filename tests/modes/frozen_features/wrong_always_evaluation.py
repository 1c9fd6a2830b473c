"""The head is in evaluation mode together with the backbone, even in training."""

import torch


def on_frozen_features(backbone, head):
    return _Classifier(backbone, head)


class _Classifier(torch.nn.Module):
    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False).eval()
        self.head = head

    def train(self, mode=True):
        return super().train(False)

    def forward(self, inputs):
        return self.head(self.backbone(inputs))
