"""The backward pass recomputes the softmax and scales every row by the slope of its loss."""

import torch


class CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, targets):
        ctx.save_for_backward(logits, targets)
        return torch.nn.functional.cross_entropy(logits, targets, reduction="none")

    @staticmethod
    def backward(ctx, slope):
        logits, targets = ctx.saved_tensors
        one_hot = torch.nn.functional.one_hot(targets, logits.shape[1])
        return (torch.softmax(logits, dim=1) - one_hot) * slope[:, None], None


def cross_entropy(logits, targets):
    if logits.ndim != 2 or targets.shape != logits.shape[:1]:
        raise ValueError(f"logits {tuple(logits.shape)} need one target per row, got {tuple(targets.shape)}")
    return CrossEntropy.apply(logits, targets)
