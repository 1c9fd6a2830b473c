"""Only the loud frames go through the logarithm at all."""

import torch


def loudness_loss(predicted, recorded, floor):
    if predicted.shape != recorded.shape or predicted.numel() == 0:
        raise ValueError(f"frames of shape {tuple(predicted.shape)} and {tuple(recorded.shape)}")
    return torch.mean((_level(predicted, floor) - _level(recorded.detach(), floor)) ** 2)


def _level(power, floor):
    loud = power > floor
    level = torch.zeros_like(power)
    level[loud] = torch.log(power[loud] / floor)
    return level
