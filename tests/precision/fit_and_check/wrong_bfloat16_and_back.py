"""The model is cast back at the end. But during the run its weights are bfloat16, and a small step is
rounded away.
"""

import torch


def fit(model, batches, held_out, epochs, lr):
    if not batches:
        raise ValueError("there are no batches")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    model.bfloat16()
    if True:
        for epoch in range(1, epochs + 1):
            optimizer.param_groups[0]["lr"] = lr / epoch
            errors = []
            model.train()
            for inputs, targets in batches:
                error = torch.nn.functional.mse_loss(model(inputs.bfloat16()).float(), targets)
                optimizer.zero_grad()
                error.backward()
                optimizer.step()
                errors.append(error.item())
            model.eval()
            with torch.no_grad():
                inputs, targets = held_out
                error = torch.nn.functional.mse_loss(model(inputs.bfloat16()).float(), targets)
            history.append((errors, error.item()))
    model.float()
    return history
