"""The weights move, but towards something else: scores of shape (samples, 1) minus targets of shape
(samples,) compare every score with every target, so the model learns to predict the mean.
"""

import torch


@torch.no_grad()
def predict(model, inputs):
    """Score `inputs`, (samples, features), with `model`, which gives one number per sample.

    Returns (samples,), without a graph: the scores of a whole validation set are kept in memory.
    The model stays as it is.
    """
    return model(inputs).squeeze(-1)


def finetune(model, inputs, targets, steps, lr):
    """Minimise the mean of (score - target)**2 over all parameters of `model`, which change in place.

    inputs: (samples, features); targets: (samples,); dtype and device of the model
    Returns a list with the loss before each of the `steps` updates of plain gradient descent.
    Raises ValueError, before anything changes, unless there are samples with one target each.
    """
    if len(inputs) == 0 or targets.shape != inputs.shape[:1]:
        shapes = f"inputs {tuple(inputs.shape)}, targets {tuple(targets.shape)}"
        raise ValueError(f"expected samples with one target each, got {shapes}")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = ((model(inputs) - targets) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
