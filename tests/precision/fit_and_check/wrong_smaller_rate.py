"""With a smaller rate the weight walks away more slowly, that's all. The losses still don't know that it
moves."""

import torch


def fit(model, batches, held_out, epochs, lr):
    if not batches:
        raise ValueError("there are no batches")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    with torch.autocast(held_out[0].device.type, torch.bfloat16):
        for epoch in range(1, epochs + 1):
            optimizer.param_groups[0]["lr"] = lr / epoch / 10
            errors = []
            model.train()
            for inputs, targets in batches:
                error = torch.nn.functional.mse_loss(model(inputs), targets)
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
