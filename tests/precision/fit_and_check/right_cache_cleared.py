"""The context stays around the run, and the cache is emptied after each step and after each look."""

import torch


def fit(model, batches, held_out, epochs, lr):
    if not batches:
        raise ValueError("there are no batches")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    with torch.autocast(held_out[0].device.type, torch.bfloat16):
        for epoch in range(1, epochs + 1):
            optimizer.param_groups[0]["lr"] = lr / epoch
            errors = []
            model.train()
            for inputs, targets in batches:
                error = torch.nn.functional.mse_loss(model(inputs), targets)
                optimizer.zero_grad()
                error.backward()
                optimizer.step()
                torch.clear_autocast_cache()
                errors.append(error.item())
            model.eval()
            with torch.no_grad():
                inputs, targets = held_out
                error = torch.nn.functional.mse_loss(model(inputs), targets)
            torch.clear_autocast_cache()
            history.append((errors, error.item()))
    return history
