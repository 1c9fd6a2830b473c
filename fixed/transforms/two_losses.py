"""Cross-entropy for heads with many classes, with its gradient computed along the way."""

import torch
from torch.autograd.function import once_differentiable


class _CrossEntropy(torch.autograd.Function):
    """The value needs the softmax, and so does the gradient: one pass over the logits yields both."""

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
        return slope.unsqueeze(
            1
        ) * gradient, None  # how much the final loss depends on each loss, times its gradient


def cross_entropy(logits, targets):
    """Return the cross-entropy of each sample, in nats, for any use that has a gradient.

    logits:  (samples, classes), unnormalised
    targets: (samples,), int64, the class of each sample
    Returns (samples,), dtype and device of `logits`; zero samples give zero losses. Whatever is computed
    from it (a mean, a weighted sum, a part of the samples), `backward()` gives the logits the gradient of
    that, also when several backward passes go through one result (`retain_graph=True`).
    Raises ValueError unless there is one target for each row of logits.
    """
    if logits.ndim != 2 or targets.shape != logits.shape[:1]:
        raise ValueError(f"logits {tuple(logits.shape)} need one target per row, got {tuple(targets.shape)}")
    return _CrossEntropy.apply(logits, targets)
