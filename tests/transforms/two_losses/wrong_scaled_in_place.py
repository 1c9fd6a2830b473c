"""Scaling the saved gradient in place uses it up. The first backward pass is right, but a second pass through
the same result finds a changed tensor."""

import torch
from torch.autograd.function import once_differentiable


class _CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, targets):
        log_probabilities = torch.log_softmax(logits, dim=1)
        rows = torch.arange(len(targets), device=targets.device)
        gradient = log_probabilities.exp()
        gradient[rows, targets] -= 1  # softmax minus one-hot
        ctx.save_for_backward(gradient)
        return -log_probabilities[rows, targets]

    @staticmethod
    @once_differentiable
    def backward(ctx, slope):
        (gradient,) = ctx.saved_tensors
        return gradient.mul_(slope.unsqueeze(1)), None


def cross_entropy(logits, targets):
    if logits.ndim != 2 or targets.shape != logits.shape[:1]:
        raise ValueError(f"logits {tuple(logits.shape)} need one target per row, got {tuple(targets.shape)}")
    return _CrossEntropy.apply(logits, targets)
