"""The cast is fresh for every batch, and now the targets are rounded too. Predictions are made in
bfloat16, but they're compared in float32."""

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
            error = torch.nn.functional.mse_loss(predictions, targets.bfloat16())
            optimizer.zero_grad()
            error.backward()
            optimizer.step()
            errors.append(error.item())
        model.eval()
        with torch.no_grad(), torch.autocast(held_out[0].device.type, torch.bfloat16):
            inputs, targets = held_out
            error = torch.nn.functional.mse_loss(model(inputs), targets)
        history.append((errors, error.item()))
    return history
