"""Compare the loudness of synthesised sound with that of a recording."""

import torch


def loudness_loss(predicted, recorded, floor):
    """Mean squared difference of the levels of both, over all frames.

    The level of a frame of power p is log(p / floor) where p exceeds the floor, and 0 where it does not.

    predicted: tensor of powers, not negative; recorded: tensor of the same shape, dtype and device
    floor:     positive float
    Returns a tensor of shape () and the dtype of `predicted`. Its gradient with respect to a predicted power
    is 2 (level - recorded level) / (frames * p) above the floor, and 0 below it, silence included.
    Raises ValueError when the shapes differ or there are no frames.
    """
    if predicted.shape != recorded.shape or predicted.numel() == 0:
        raise ValueError(f"frames of shape {tuple(predicted.shape)} and {tuple(recorded.shape)}")
    return torch.mean((_level(predicted, floor) - _level(recorded, floor)) ** 2)


def _level(power, floor):
    # what goes in must be chosen, too: the branch not taken has a slope, and 0 * inf is nan
    return torch.log(torch.where(power > floor, power, floor) / floor)
