"""The gain is held near 1 instead of the ratio: a bad action has a negative gain and is never
pushed, and what a good one may gain has nothing to do with its advantage.
"""

import torch


def policy_loss(log_probs, old_log_probs, advantages, clip=0.2):
    _check(log_probs, old_log_probs, advantages)
    ratio = torch.exp(log_probs - old_log_probs)
    return -(ratio * advantages).clamp(1 - clip, 1 + clip).mean()


def _check(log_probs, old_log_probs, advantages):
    shapes = [tuple(tensor.shape) for tensor in (log_probs, old_log_probs, advantages)]
    if shapes != [(log_probs.numel(),)] * 3:
        raise ValueError(f"log_probs, old_log_probs and advantages have the shapes {shapes}")
    if len(log_probs) == 0:
        raise ValueError("empty batch")
    if old_log_probs.requires_grad or advantages.requires_grad:
        raise ValueError("old_log_probs and advantages must be constants, but one requires a gradient")
