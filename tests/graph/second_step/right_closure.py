"""The forward pass is in a closure, which the optimizer calls at every step."""

import torch


def fit(projection, weights, documents, scores, epochs, lr):
    if len(documents) == 0 or scores.shape != (len(documents),):
        raise ValueError("every document needs a score")
    optimizer = torch.optim.SGD([projection, weights], lr=lr)

    def closure():
        optimizer.zero_grad()
        error = ((documents @ projection @ weights - scores) ** 2).mean()
        error.backward()
        return error

    return [optimizer.step(closure).item() for _ in range(epochs)]
