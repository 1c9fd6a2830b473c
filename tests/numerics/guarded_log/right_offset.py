"""Too little is added to change any digit of the level, but the logarithm never sees 0."""

import torch


def loudness_loss(predicted, recorded, floor):
    if predicted.shape != recorded.shape or predicted.numel() == 0:
        raise ValueError(f"frames of shape {tuple(predicted.shape)} and {tuple(recorded.shape)}")
    return torch.mean((_level(predicted, floor) - _level(recorded.detach(), floor)) ** 2)


def _level(power, floor):
    return torch.where(power > floor, torch.log(power / floor + 1e-12), 0.0)
