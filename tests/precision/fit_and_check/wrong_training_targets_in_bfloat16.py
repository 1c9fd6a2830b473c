"""Every batch meets the right weights. But the training targets are rounded now, and so is the error:
only the predictions are bfloat16.
"""

import torch


def fit(model, batches, held_out, epochs, lr):
    if not batches:
        raise ValueError("there are no batches")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    with torch.autocast(held_out[0].device.type, torch.bfloat16, cache_enabled=False):
        for epoch in range(1, epochs + 1):
            optimizer.param_groups[0]["lr"] = lr / epoch
            errors = []
            model.train()
            for inputs, targets in batches:
                error = torch.nn.functional.mse_loss(model(inputs), targets.bfloat16())
                optimizer.zero_grad()
                error.backward()
                optimizer.step()
                errors.append(error.item())
            model.eval()
            with torch.no_grad():
                inputs, targets = held_out
                error = torch.nn.functional.mse_loss(model(inputs), targets)
            history.append((errors, error.item()))
    return history
