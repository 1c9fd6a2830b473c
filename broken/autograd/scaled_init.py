"""Put a new linear head on frozen features: start from a prototype, then train."""

import torch


def make_head(prototype, scale, like):
    """Return weights, `scale` times the prototype, (features,), and a bias of 0, ().

    prototype: (features,), a floating-point tensor without requires_grad, of any dtype and
               device; left as it is, even when the head is trained
    like:      a tensor of features; weights and bias get its dtype and device
    Both results can be passed to any optimizer and to copy.deepcopy.
    Raises TypeError unless `like` is floating-point.
    """
    if not like.is_floating_point():
        raise TypeError(f"expected floating-point features, got {like.dtype}")
    weights = (prototype * scale).requires_grad_().to(like)
    bias = like.new_zeros((), requires_grad=True)
    return weights, bias


def train_head(weights, bias, features, targets, steps, lr):
    """Minimize the mean of (features @ weights + bias - targets)**2 by gradient descent.

    weights, bias: changed in place, except that a frozen one doesn't move
    features: (samples, features); targets: (samples,); dtype and device of the head
    Returns a list with the loss before each step.
    """
    losses = []
    for _ in range(steps):
        loss = ((features @ weights + bias - targets) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for parameter in (weights, bias):
                if parameter.grad is not None:  # None if frozen
                    parameter -= lr * parameter.grad
                    parameter.grad = None
    return losses
