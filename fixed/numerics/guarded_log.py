"""Compare the loudness of synthesized sound with that of a recording."""

import torch


def loudness_loss(predicted, recorded, floor):
    """Mean squared difference of the levels of both, over all frames.

    The level of a frame of power p is log(p / floor) if p exceeds the floor, and 0 otherwise.

    predicted: tensor of powers, not negative
    recorded:  tensor of the same shape, dtype and device; no gradient reaches it
    floor:     positive float
    Returns a tensor of shape () and the dtype of `predicted`. Its gradient with respect to a predicted power
    is 2 (level - recorded level) / (frames * p) above the floor and 0 below it, silence included; exactly at
    the floor, it may be either. Raises ValueError if the shapes differ or there are no frames.
    """
    if predicted.shape != recorded.shape or predicted.numel() == 0:
        raise ValueError(f"frames of shape {tuple(predicted.shape)} and {tuple(recorded.shape)}")
    # silent frames count too
    return torch.mean((_level(predicted, floor) - _level(recorded.detach(), floor)) ** 2)


def _level(power, floor):
    # Choose what goes in. A branch that isn't taken still has a slope, and 0 * inf is NaN.
    return torch.log(torch.where(power > floor, power, floor) / floor)
