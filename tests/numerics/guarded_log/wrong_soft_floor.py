"""The gradient is always a number now, but the level is a different one, log(1 + p / floor): every frame
has one, and even silence is pulled."""

import torch


def loudness_loss(predicted, recorded, floor):
    if predicted.shape != recorded.shape or predicted.numel() == 0:
        raise ValueError(f"frames of shape {tuple(predicted.shape)} and {tuple(recorded.shape)}")
    return torch.mean((_level(predicted, floor) - _level(recorded.detach(), floor)) ** 2)


def _level(power, floor):
    return torch.log1p(power / floor)
