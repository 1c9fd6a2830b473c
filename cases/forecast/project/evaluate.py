"""Errors of forecasts, in the units of the series."""

import torch

from data import DAY


@torch.no_grad()
def one_hour_error(model, normalizer, past, future):
    """Mean absolute error of forecasts one hour ahead, a float, over all hours of `future` (hours,).

    The model has read `past` (hours,) and what came before the hour in question, and nothing else. It's
    in evaluation mode meanwhile, and afterwards in the mode that it was in.
    """
    training = model.training
    model.eval()
    series = torch.cat((past, future))
    forecasts, _ = model(normalizer(series[:-1]).unsqueeze(0))
    model.train(training)
    errors = normalizer.back(forecasts[0, -len(future) :]) - future
    return errors.abs().mean().item()


@torch.no_grad()
def day_ahead_error(model, normalizer, past, future):
    """Mean absolute error of forecasts of whole days, a float, over the whole days in `future` (hours,).

    At each midnight the model has read everything up to then, and goes on alone for 24 hours.
    """
    training = model.training
    model.eval()
    series, errors = torch.cat((past, future)), []
    for start in range(len(past), len(series) - DAY + 1, DAY):
        forecast = model.continue_from(normalizer(series[:start]).unsqueeze(0), DAY)
        errors.append(normalizer.back(forecast[0]) - series[start : start + DAY])
    model.train(training)
    return torch.cat(errors).abs().mean().item()


def last_value_error(past, future):
    """Mean absolute error of the forecast "as an hour ago", a float."""
    before = torch.cat((past[-1:], future[:-1]))
    return (before - future).abs().mean().item()


def last_week_error(past, future, week=168):
    """Mean absolute error of the forecast "as a week ago", a float."""
    series = torch.cat((past, future))
    return (series[-len(future) - week : -week] - future).abs().mean().item()
