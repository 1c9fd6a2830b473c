"""Errors of forecasts, in the units of the series."""

import torch

from data import WEEK


@torch.no_grad()
def one_hour_error(model, normalizer, past, future):
    """Mean absolute error of forecasts one hour ahead, a float, over all hours of `future` (hours,).

    For each of them the model has read the last two weeks of `past` (hours,) and what came before the hour
    in question, and nothing else. It's in evaluation mode meanwhile, and afterwards in its mode from before.
    """
    training = model.training
    model.eval()
    series = torch.cat((past[-2 * WEEK :], future))
    forecasts, _ = model(normalizer(series[:-1]).unsqueeze(0))
    model.train(training)
    errors = normalizer.back(forecasts[0, -len(future) :]) - future
    return errors.abs().mean().item()


def last_value_error(past, future):
    """Mean absolute error of the forecast "as an hour ago", a float."""
    before = torch.cat((past[-1:], future[:-1]))
    return (before - future).abs().mean().item()


def last_week_error(past, future):
    """Mean absolute error of the forecast "as a week ago", a float; both parts have a week or more."""
    series = torch.cat((past, future))
    return (series[-len(future) - WEEK : -WEEK] - future).abs().mean().item()
