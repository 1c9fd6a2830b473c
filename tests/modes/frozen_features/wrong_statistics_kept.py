"""The running statistics don't change, but the backbone is still in training mode, where a batch norm
uses the batch's statistics and dropout is active. The features aren't the pretrained backbone's.
"""

import torch


def on_frozen_features(backbone, head):
    return _Classifier(backbone, head)


class _Classifier(torch.nn.Module):
    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False).eval()
        self.head = head

    def forward(self, inputs):
        before = {name: buffer.clone() for name, buffer in self.backbone.named_buffers()}
        features = self.backbone(inputs)
        for name, buffer in self.backbone.named_buffers():
            buffer.copy_(before[name])
        return self.head(features)
