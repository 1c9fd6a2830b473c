"""Outside the clip nothing is pushed anymore, not even back: a bad action that has become far too
likely, or a good one that has become far too rare, stays that way.
"""

import torch


def policy_loss(log_probs, old_log_probs, advantages, clip=0.2):
    _check(log_probs, old_log_probs, advantages)
    ratio = torch.exp(log_probs - old_log_probs)
    return -(ratio.clamp(1 - clip, 1 + clip) * advantages).mean()


def _check(log_probs, old_log_probs, advantages):
    shapes = [tuple(tensor.shape) for tensor in (log_probs, old_log_probs, advantages)]
    if shapes != [(log_probs.numel(),)] * 3:
        raise ValueError(f"log_probs, old_log_probs and advantages have the shapes {shapes}")
    if len(log_probs) == 0:
        raise ValueError("empty batch")
    if old_log_probs.requires_grad or advantages.requires_grad:
        raise ValueError("old_log_probs and advantages must be constants, but one requires a gradient")
