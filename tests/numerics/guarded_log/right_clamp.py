"""The power is clamped before the logarithm. Below the floor, the clamp has a slope of 0."""

import torch


def loudness_loss(predicted, recorded, floor):
    if predicted.shape != recorded.shape or predicted.numel() == 0:
        raise ValueError(f"frames of shape {tuple(predicted.shape)} and {tuple(recorded.shape)}")
    return torch.mean((_level(predicted, floor) - _level(recorded.detach(), floor)) ** 2)


def _level(power, floor):
    return torch.log(power.clamp(min=floor) / floor)
