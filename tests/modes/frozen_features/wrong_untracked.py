"""The backbone's batch norms don't keep statistics any more, but in training mode they still use the
batch's. The features of a sample depend on the others in its batch.
"""

import torch


def on_frozen_features(backbone, head):
    return _Classifier(backbone, head)


class _Classifier(torch.nn.Module):
    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False).eval()
        self.head = head
        for module in backbone.modules():
            if isinstance(module, torch.nn.BatchNorm1d):
                module.track_running_stats = False

    def forward(self, inputs):
        return self.head(self.backbone(inputs))
