"""The mask is drawn by hand, only in training, and what's kept is scaled."""

import torch


def make_scorer(features, dropout):
    if not 0 <= dropout <= 1:
        raise ValueError("dropout must be a probability, from 0 to 1")
    return _Scorer(features, dropout)


class _Scorer(torch.nn.Module):
    def __init__(self, features, dropout):
        super().__init__()
        self.keep = 1 - dropout
        self.head = torch.nn.Linear(features, 1)

    def forward(self, documents):
        if self.training:
            kept = torch.rand_like(documents) < self.keep
            documents = torch.where(kept, documents / self.keep, 0.0) if self.keep else documents * 0.0
        return self.head(documents).squeeze(-1)
