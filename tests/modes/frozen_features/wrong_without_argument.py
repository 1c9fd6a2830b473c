"""`train()` works, but it doesn't take a mode. `eval()` is `train(False)`, so it raises."""

import torch


def on_frozen_features(backbone, head):
    return _Classifier(backbone, head)


class _Classifier(torch.nn.Module):
    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False).eval()
        self.head = head

    def train(self):
        super().train()
        self.backbone.eval()
        return self

    def forward(self, inputs):
        return self.head(self.backbone(inputs))
