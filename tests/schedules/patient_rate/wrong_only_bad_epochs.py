"""Only epochs without a new best score are handed over, and the scheduler still takes a fall for
progress. It doesn't learn of a new best score either, so it goes on counting.
"""

import copy

import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau


def fit(model, run_epoch, validate, lr, epochs, patience):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    schedule = ReduceLROnPlateau(optimizer, factor=0.5, patience=patience, threshold=0.0)
    best, weights, rates = float("-inf"), None, []
    for _ in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        model.train()
        run_epoch(model, optimizer)
        model.eval()
        score = validate(model)
        if score > best:
            best, weights = score, copy.deepcopy(model.state_dict())
        else:
            schedule.step(score)
    model.load_state_dict(weights)
    return best, rates
