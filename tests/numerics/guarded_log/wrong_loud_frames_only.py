"""Silence is left out of the mean, along with what a silent frame should cost next to a loud one: the loss
is that of the other frames alone."""

import torch


def loudness_loss(predicted, recorded, floor):
    if predicted.shape != recorded.shape or predicted.numel() == 0:
        raise ValueError(f"frames of shape {tuple(predicted.shape)} and {tuple(recorded.shape)}")
    loud = (predicted > floor) & (recorded > floor)
    return torch.mean((_level(predicted[loud], floor) - _level(recorded[loud].detach(), floor)) ** 2)


def _level(power, floor):
    return torch.log(power / floor)
