"""A synthetic load curve, hour by hour, and how it's cut into parts and windows."""

import math

import torch

DAY, WEEK = 24, 168


def load_curve(hours, seed):
    """(hours,) float32: a daily and a weekly rhythm, a slow rise, and weather that lingers for some hours."""
    generator = torch.Generator().manual_seed(seed)
    hour = torch.arange(hours)
    daily = 8 * (2 * math.pi * hour / DAY).sin() + 3 * (4 * math.pi * hour / DAY + 1).sin()
    weekend = (hour % WEEK >= 5 * DAY).float()
    noise = torch.randn(hours, generator=generator).tolist()
    weather = [0.0]
    for shock in noise[1:]:
        weather.append(0.9 * weather[-1] + shock)
    return 60 + hour * 0.006 + daily * (1 - 0.5 * weekend) - 6 * weekend + torch.tensor(weather)


def split(series, held_out):
    """The series without its last `held_out` hours, and these: what comes later is for the test."""
    return series[:-held_out], series[-held_out:]


class Normalizer:
    """Mean 0 and spread 1 for the part that it's made from; `back` undoes it."""

    def __init__(self, part):
        self.mean, self.std = part.mean(), part.std()

    def __call__(self, values):
        return (values - self.mean) / self.std

    def back(self, values):
        return values * self.std + self.mean


def streams(part, rows):
    """Cuts a part into `rows` consecutive streams, (rows, hours // rows); what's left over is dropped."""
    length = len(part) // rows
    return part[: rows * length].view(rows, length)


def segments(series, length):
    """Pairs of (inputs, targets), (rows, length) each, along streams (rows, hours), for a Forecaster.

    A segment begins where the one before it ended; hours that don't fill one are dropped.
    """
    inputs, targets = series[:, :-1], series[:, 1:]
    whole = inputs.shape[1] // length * length
    return list(zip(inputs[:, :whole].split(length, 1), targets[:, :whole].split(length, 1)))
