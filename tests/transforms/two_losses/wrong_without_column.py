"""The slopes, one per sample, line up with the columns of the gradient, one per class. That's an error unless
there are as many samples as classes, and then each class is scaled instead of each sample."""

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
        return gradient * slope, None


def cross_entropy(logits, targets):
    if logits.ndim != 2 or targets.shape != logits.shape[:1]:
        raise ValueError(f"logits {tuple(logits.shape)} need one target per row, got {tuple(targets.shape)}")
    return _CrossEntropy.apply(logits, targets)
