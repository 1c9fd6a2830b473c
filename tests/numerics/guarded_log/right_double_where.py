"""Two `where`: one chooses what goes into the logarithm, the other what comes out."""

import torch


def loudness_loss(predicted, recorded, floor):
    if predicted.shape != recorded.shape or predicted.numel() == 0:
        raise ValueError(f"frames of shape {tuple(predicted.shape)} and {tuple(recorded.shape)}")
    return torch.mean((_level(predicted, floor) - _level(recorded.detach(), floor)) ** 2)


def _level(power, floor):
    loud = power > floor
    safe = torch.where(loud, power, 1.0)
    return torch.where(loud, torch.log(safe / floor), 0.0)
