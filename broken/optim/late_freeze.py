"""Fine-tuning in two phases: body and head together, then the head alone."""

import torch


def fine_tune(model, optimizer, inputs, targets, steps, freeze_after):
    """Train `model` on its mean squared error; return the error before each step, a list of floats.

    model:        module with a `body` and a `head`; maps `inputs` to predictions of the shape of `targets`
    optimizer:    over all parameters of `model`; gradients left from earlier are not used
    inputs:       (samples, features); targets: (samples, outputs)
    freeze_after: the body is trained in the first so many of the `steps`

    From then on no parameter of the body changes by a single bit, whatever the kind of the optimizer, its
    momentum and its decay. The head is trained in all steps, with one and the same optimizer.
    Raises ValueError, and changes nothing, when there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples to learn from")
    errors = []
    for step in range(steps):
        if step == freeze_after:
            model.body.requires_grad_(False)
        optimizer.zero_grad(set_to_none=False)  # keeps their memory, instead of new tensors in every step
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
