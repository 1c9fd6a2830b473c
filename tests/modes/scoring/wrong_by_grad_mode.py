"""Dropout now depends on whether gradients are recorded, which is a different switch. An evaluation that
needs gradients still drops features, and training under `no_grad` doesn't.
"""

import torch
import torch.nn.functional as F


def make_scorer(features, dropout):
    if not 0 <= dropout <= 1:
        raise ValueError("dropout must be a probability, from 0 to 1")
    return _Scorer(features, dropout)


class _Scorer(torch.nn.Module):
    def __init__(self, features, dropout):
        super().__init__()
        self.dropout = dropout
        self.head = torch.nn.Linear(features, 1)

    def forward(self, documents):
        kept = F.dropout(documents, self.dropout, training=torch.is_grad_enabled())
        return self.head(kept).squeeze(-1)
