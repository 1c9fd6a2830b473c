"""The switch is backwards: evaluation drops features, training doesn't."""

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
        kept = F.dropout(documents, self.dropout, training=not self.training)
        return self.head(kept).squeeze(-1)
