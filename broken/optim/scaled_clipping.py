"""One training step with a scaled loss, as in mixed precision, and clipped gradients."""

import torch


def train_step(model, optimizer, scaler, inputs, targets, max_norm):
    """Take one step on the mean squared error; return the norm of its gradient before the clipping, a float.

    model:     maps `inputs` to predictions of the shape of `targets`
    optimizer: over the parameters of `model`; gradients left from earlier are not used
    scaler:    a `torch.amp.GradScaler`. The backward pass starts from the error times its scale, so that
               small gradients do not vanish in half precision; after the step the scale follows its own rules
    max_norm:  the gradient of the error is shortened to this norm if it is longer; its direction stays

    Step and norm are those of the error itself, whatever the scale is, and also when the scaler is not
    enabled. Where an enabled scaler finds a gradient that is not finite, no parameter moves, the returned
    norm is not finite either, and the scale becomes smaller.
    Raises ValueError, and changes nothing, when there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples for a step")
    optimizer.zero_grad()
    error = torch.nn.functional.mse_loss(model(inputs), targets)
    scaler.scale(error).backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    scaler.step(optimizer)
    scaler.update()
    return norm.item()
