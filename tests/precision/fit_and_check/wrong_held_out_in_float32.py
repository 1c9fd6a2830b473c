"""The training is right. The held-out error comes from float32 predictions, so the two aren't comparable."""

import torch


def fit(model, batches, held_out, epochs, lr):
    if not batches:
        raise ValueError("there are no batches")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    for epoch in range(1, epochs + 1):
        optimizer.param_groups[0]["lr"] = lr / epoch
        errors = []
        model.train()
        for inputs, targets in batches:
            with torch.autocast(inputs.device.type, torch.bfloat16):
                predictions = model(inputs)
            error = torch.nn.functional.mse_loss(predictions.float(), targets)
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
