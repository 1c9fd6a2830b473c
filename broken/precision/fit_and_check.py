"""Train in mixed precision, and check on held-out data after each epoch."""

import torch


def fit(model, batches, held_out, epochs, lr):
    """Minimize the mean squared error with one step of gradient descent per batch.

    model:    maps (n, features) to (n, outputs); its parameters are float32 and stay so
    batches:  list of (inputs, targets), (n, features) and (n, outputs), float32; used in each epoch
    held_out: one such pair; it's predicted in evaluation mode, and the batches in training mode
    lr:       the rate of the first epoch; epoch k, counted from 1, has lr / k

    All predictions are made under autocast, in bfloat16, by the weights that the last step has left.
    Returns one pair per epoch: a list with the error of each batch before its step, and the error on
    `held_out` after the epoch. Raises ValueError if there are no batches.
    """
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
                errors.append(error.item())
            model.eval()
            with torch.no_grad():
                inputs, targets = held_out
                error = torch.nn.functional.mse_loss(model(inputs), targets)
            history.append((errors, error.item()))
    return history
