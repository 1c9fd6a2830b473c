"""One training step with a scaled loss, as in mixed precision, and clipped gradients."""

import torch


def train_step(model, optimizer, scaler, inputs, targets, max_norm):
    """Take one step on the mean squared error; return the norm of its gradient before clipping, a float.

    model:     maps `inputs` to predictions of the shape of `targets`
    optimizer: over the parameters of `model`; gradients from before the call are not used
    scaler:    a `torch.amp.GradScaler`. The backward pass starts from the error times its scale, so that
               small gradients don't vanish in half precision; the scaler updates its scale after the step
    max_norm:  if the gradient of the error is longer than this norm, it is shortened to it in its direction

    Step and norm are those of the error itself, whatever the scale, and also if the scaler is not enabled.
    If an enabled scaler finds a gradient that is not finite, no parameter moves, the returned norm is not
    finite either, and the scale becomes smaller.
    Raises ValueError, and changes nothing, if there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples for a step")
    optimizer.zero_grad()
    error = torch.nn.functional.mse_loss(model(inputs), targets)
    scaler.scale(error).backward()
    scaler.unscale_(optimizer)  # measure and clip in the unit of the error
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    scaler.step(optimizer)
    scaler.update()
    return norm.item()
