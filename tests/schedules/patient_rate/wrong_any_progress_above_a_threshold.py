"""The direction is right now. But without threshold=0.0 a score has to rise by a ten-thousandth
of itself, and slow progress counts as none.
"""

import copy

import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau


def fit(model, run_epoch, validate, lr, epochs, patience):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    schedule = ReduceLROnPlateau(optimizer, mode="max", factor=0.5, patience=patience)
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
