"""Now the rate drops every few epochs, whatever validation says."""

import copy

import torch
from torch.optim.lr_scheduler import StepLR


def fit(model, run_epoch, validate, lr, epochs, patience):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    schedule = StepLR(optimizer, step_size=patience + 1, gamma=0.5)
    best, weights, rates = float("-inf"), None, []
    for _ in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        model.train()
        run_epoch(model, optimizer)
        model.eval()
        score = validate(model)
        if score > best:
            best, weights = score, copy.deepcopy(model.state_dict())
        schedule.step()
    model.load_state_dict(weights)
    return best, rates
