"""The best score so far stands still or rises, and the scheduler still waits for a fall. To it,
every epoch but the first is a bad one.
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
        schedule.step(best)
    model.load_state_dict(weights)
    return best, rates
