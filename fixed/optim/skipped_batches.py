"""Train on batches some of which are broken, and skip those."""

import torch


def train(model, optimizer, batches, max_norm):
    """Train `model` on its mean squared error, one step per batch; return the errors.

    model:     maps (samples, features) to (samples, outputs)
    optimizer: over its parameters; gradients from before the call are not used
    batches:   list of (inputs, targets); nan or inf in them, or in what the model
               makes of them, spoils a batch: its error, or a gradient, isn't finite
    A spoiled batch makes no step: the parameters and the state of `optimizer` are as if
    it had not been in the list. In all other steps, gradients with a norm above
    `max_norm` are scaled down to it.
    Returns a list with each batch's error before its step, None for a spoiled one.
    """
    errors = []
    optimizer.zero_grad()
    for inputs, targets in batches:
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        if not torch.isfinite(norm):
            errors.append(None)
            optimizer.zero_grad()  # or the next batch adds its gradients to nan
            continue
        optimizer.step()
        optimizer.zero_grad()
        errors.append(error.item())
    return errors
