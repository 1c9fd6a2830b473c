"""`train()` no longer finds the backbone, but nothing else does either. It isn't a submodule any more, so
the state dict leaves it out and `to(device)` leaves it behind.
"""

import torch


def on_frozen_features(backbone, head):
    return _Classifier(backbone, head)


class _Classifier(torch.nn.Module):
    def __init__(self, backbone, head):
        super().__init__()
        self._hidden = [backbone.requires_grad_(False).eval()]
        self.head = head

    @property
    def backbone(self):
        return self._hidden[0]

    def forward(self, inputs):
        return self.head(self.backbone(inputs))
