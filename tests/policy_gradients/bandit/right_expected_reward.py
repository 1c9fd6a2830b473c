"""The expected reward itself is differentiated, by hand-written ascent without an optimizer."""

import math

import torch


def train(logits, rewards, steps, lr):
    _check(logits, rewards)
    earned = []
    for _ in range(steps):
        expected = (torch.softmax(logits, dim=0) * rewards.to(logits.dtype)).sum()
        (slope,) = torch.autograd.grad(expected, logits)
        earned.append(expected.item())
        with torch.no_grad():
            logits += lr * slope
    return earned


def _check(logits, rewards):
    if logits.dim() != 1 or logits.shape != rewards.shape:
        raise ValueError(f"logits {tuple(logits.shape)} and rewards {tuple(rewards.shape)} must be (arms,)")
    if rewards.numel() == 0:
        raise ValueError("there are no arms: logits and rewards are empty")
    for name, values in (("rewards", rewards), ("logits", logits)):
        for index, value in enumerate(values.tolist()):
            if not math.isfinite(value):
                raise ValueError(f"{name}[{index}] is {value}")
