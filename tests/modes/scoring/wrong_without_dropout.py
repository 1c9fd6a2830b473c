"""Evaluation is right, because dropout is gone altogether: training drops nothing either."""

import torch


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
        return self.head(documents).squeeze(-1)
