"""The floor is gone. A frame below it now has a level far below 0, so the loss is a different one, and
silence weighs most in it."""

import torch


def loudness_loss(predicted, recorded, floor):
    if predicted.shape != recorded.shape or predicted.numel() == 0:
        raise ValueError(f"frames of shape {tuple(predicted.shape)} and {tuple(recorded.shape)}")
    return torch.mean((_level(predicted, floor) - _level(recorded.detach(), floor)) ** 2)


def _level(power, floor):
    return torch.log(power.clamp(min=1e-8) / floor)
