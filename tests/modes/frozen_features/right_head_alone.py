"""`train()` sets the mode of the module and its head, and nothing else."""

import torch


def on_frozen_features(backbone, head):
    return _Classifier(backbone, head)


class _Classifier(torch.nn.Module):
    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False).eval()
        self.head = head

    def train(self, mode=True):
        self.training = mode
        self.head.train(mode)
        return self

    def forward(self, inputs):
        return self.head(self.backbone(inputs))
