"""Counted by hand, without a scheduler."""

import copy

import torch


def fit(model, run_epoch, validate, lr, epochs, patience):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    since = 0
    best, weights, rates = float("-inf"), None, []
    for _ in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        model.train()
        run_epoch(model, optimizer)
        model.eval()
        score = validate(model)
        if score > best:
            best, weights, since = score, copy.deepcopy(model.state_dict()), 0
        else:
            since += 1
        if since > patience:
            since = 0
            for group in optimizer.param_groups:
                group["lr"] *= 0.5
    model.load_state_dict(weights)
    return best, rates
