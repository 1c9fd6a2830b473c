"""Score documents with a linear model over their features."""

import torch
import torch.nn.functional as F


def make_scorer(features, dropout):
    """Return a module that gives each document a score: `weight . features + bias`.

    In training mode each feature of each document is dropped with probability `dropout`, and what is kept
    is divided by (1 - dropout), so that the expected score stays the same (arXiv:1207.0580, which scales
    in evaluation instead). A dropout of 1 drops every feature and leaves the bias.
    In evaluation mode the score is the formula, and nothing is dropped. Only the mode decides, whether
    gradients are recorded or not, and in both modes gradients reach the documents.

    features: number of features; dropout: probability, 0 to 1
    The module maps (documents, features) to (documents,) and doesn't change the documents. Its state dict
    has the keys `head.weight` (1, features) and `head.bias` (1,).
    Raises ValueError for a dropout outside of 0 to 1.
    """
    if not 0 <= dropout <= 1:
        raise ValueError("dropout must be a probability, from 0 to 1")
    return _Scorer(features, dropout)


class _Scorer(torch.nn.Module):
    def __init__(self, features, dropout):
        super().__init__()
        self.dropout = dropout
        self.head = torch.nn.Linear(features, 1)

    def forward(self, documents):
        kept = F.dropout(documents, self.dropout)
        return self.head(kept).squeeze(-1)
