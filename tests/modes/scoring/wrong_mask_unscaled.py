"""The mode is respected, but what training keeps is no longer divided by (1 - dropout), so scores are
smaller in training than in evaluation.
"""

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
        if self.training:
            documents = documents * (torch.rand_like(documents) >= self.dropout)
        return self.head(documents).squeeze(-1)
