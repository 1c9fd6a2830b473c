"""One training step of a model with several heads on a common body."""

import torch


def train_step(body, heads, optimizer, inputs, targets):
    """Take one step on the sum of the heads' mean squared errors.

    body:      maps (samples, inputs) to (samples, features); runs once, so all heads see
               the same features even if the body draws random numbers
    heads:     ModuleDict; each module maps (samples, features) to (samples, outputs)
    optimizer: holds the parameters of the body and of all heads; takes one step
    inputs:    (samples, inputs); targets: (samples, outputs) by name
    Every parameter gets the gradient of the sum, whatever the order of the heads.
    Returns the error of each head before the step, a dict of floats.
    Raises ValueError, and changes no parameter and no gradient, if there is no head or no
    sample, or if the names of heads and targets differ.
    """
    if len(heads) == 0 or len(inputs) == 0 or set(heads) != set(targets):
        raise ValueError(f"{len(inputs)} samples, heads {sorted(heads)}, targets {sorted(targets)}")
    optimizer.zero_grad()  # once per step, so every head's gradient counts
    features = body(inputs)
    errors = {}
    for name, head in heads.items():
        error = torch.nn.functional.mse_loss(head(features), targets[name])
        error.backward()  # now, so this head's graph can be freed
        errors[name] = error.item()
    optimizer.step()
    return errors
