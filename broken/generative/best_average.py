"""Train a model, average its weights, and keep the best of the averages."""

import copy

import torch


def train(model, batches, lr, decay, validate):
    """Take one step per batch; return the best model and its score.

    model:    maps (n, features) to (n, 1); its parameters are trained in place by gradient
              descent on the mean squared error
    batches:  list of (inputs, targets), (n, features) and (n, 1)
    decay:    of the average, which starts as the initial weights. After each step it becomes
              decay * average + (1 - decay) * weights, for every parameter
    validate: takes a model and returns its score, a float, lower is better. It's called once
              after each step. It may look at the model's parameters, and changes nothing

    Returns (best, score): a model of its own with the averaged weights after the step whose
    average has the lowest score (the first of them, if there are several), and that score.
    `validate(best)` gives the score again. Without batches it's (None, inf).
    """
    average = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    best, lowest = None, float("inf")
    for inputs, targets in batches:
        loss = (model(inputs) - targets).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for mean, p in zip(average.parameters(), model.parameters()):
                mean.lerp_(p, 1 - decay)
        score = validate(model)
        if score < lowest:
            best, lowest = copy.deepcopy(average), score
    return best, lowest
