"""PPO's clipped surrogate, arXiv 1707.06347, equation 7, as a loss for an optimizer."""

import torch


def policy_loss(log_probs, old_log_probs, advantages, clip=0.2):
    """Return -mean(min(r * A, clamp(r, 1 - clip, 1 + clip) * A)), a scalar with its graph, to be minimized.

    log_probs:     (samples,) log pi(a | s) of the policy that learns, with its graph
    old_log_probs: (samples,) the same of the policy that collected the samples, constants
    advantages:    (samples,) A, constants
    The ratio r is pi / pi_old. All three have the same dtype, and so has the loss.
    Raises ValueError if there are no samples, if the shapes differ (naming them), or if one of the
    constants requires a gradient. Nothing is changed then.
    """
    _check(log_probs, old_log_probs, advantages)
    ratio = torch.exp(log_probs - old_log_probs)
    plain = -ratio * advantages
    clipped = -ratio.clamp(1 - clip, 1 + clip) * advantages
    return torch.max(plain, clipped).mean()  # the smaller gain of the two is the larger loss


def _check(log_probs, old_log_probs, advantages):
    shapes = [tuple(tensor.shape) for tensor in (log_probs, old_log_probs, advantages)]
    if shapes != [(log_probs.numel(),)] * 3:
        raise ValueError(f"log_probs, old_log_probs and advantages have the shapes {shapes}")
    if len(log_probs) == 0:
        raise ValueError("empty batch")
    if old_log_probs.requires_grad or advantages.requires_grad:
        raise ValueError("old_log_probs and advantages must be constants, but one requires a gradient")
