"""Train at a rate that drops when validation gets stuck, and keep the best weights."""

import copy

import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau


def fit(model, run_epoch, validate, lr, epochs, patience):
    """Train `model` for `epochs` epochs, 1 or more; return (best, rates).

    run_epoch: run_epoch(model, optimizer) takes the steps of one epoch
    validate:  validate(model) is the model's BLEU score on the validation texts, a float
    The rate begins at `lr`. It's halved when more than `patience` epochs in a row have ended
    without a score above the best one so far; then counting begins
    anew, and momentum goes on.
    best:  the best score of all. In the end the model has the weights that had it, the
           first of equals
    rates: the rate of each epoch, floats
    The model is in training mode during an epoch, and in evaluation mode at any other time.
    """
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    # "max": a score that rises is progress; the default, "min", is made for losses
    schedule = ReduceLROnPlateau(optimizer, mode="max", factor=0.5, patience=patience, threshold=0.0)
    best, weights, rates = float("-inf"), None, []
    for _ in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        model.train()
        run_epoch(model, optimizer)
        model.eval()
        score = validate(model)
        if score > best:
            best, weights = score, copy.deepcopy(model.state_dict())
        schedule.step(score)
    model.load_state_dict(weights)
    return best, rates
