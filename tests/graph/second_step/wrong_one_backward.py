"""There's one backward() for all epochs: every error is computed at the starting parameters, and then a
single large step is taken.
"""

import torch


def fit(projection, weights, documents, scores, epochs, lr):
    if len(documents) == 0 or scores.shape != (len(documents),):
        raise ValueError(f"{len(documents)} documents with scores of shape {tuple(scores.shape)}")
    optimizer = torch.optim.SGD([projection, weights], lr=lr)
    features = documents @ projection  # (documents, features); the documents never change
    errors = []
    for _ in range(epochs):
        errors.append(((features @ weights - scores) ** 2).mean())
    if errors:
        sum(errors).backward()
        optimizer.step()
    return [error.item() for error in errors]
