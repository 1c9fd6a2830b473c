"""Fine-tune a model with one output; training and validation use the same scores."""

import torch


@torch.no_grad()
def predict(model, inputs):
    """Score `inputs`, (samples, features), with `model`: one number per sample.

    Returns (samples,), without a graph: validation keeps the scores of a whole data set.
    The model stays as it is: parameters, their .grad and requires_grad, and its mode.
    """
    return model(inputs).squeeze(-1)


def finetune(model, inputs, targets, steps, lr):
    """Minimize the mean of (score - target)**2 by gradient descent on `model`, in place.

    model:  all of its parameters require a gradient
    inputs: (samples, features); targets: (samples,); dtype and device of the model
    Returns a list with the loss before each of the `steps` updates.
    Raises ValueError, before anything changes, unless there are samples with one target
    each.
    """
    if len(inputs) == 0 or targets.shape != inputs.shape[:1]:
        shapes = f"inputs {tuple(inputs.shape)}, targets {tuple(targets.shape)}"
        raise ValueError(f"expected samples with one target each, got {shapes}")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        scores = model(inputs).squeeze(-1)  # not predict(), which records nothing
        loss = ((scores - targets) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
