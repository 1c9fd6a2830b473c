"""The slopes come from torch.func, as a function, sample by sample."""

import torch


def fit(model, inputs, targets, coefficient, steps, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    inputs = inputs.detach()

    def predict(sample):
        return model(sample.unsqueeze(0)).sum()

    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    log = []
    for _ in range(steps):
        predictions = model(inputs)
        slopes = torch.func.vmap(torch.func.grad(predict))(inputs)
        error = torch.nn.functional.mse_loss(predictions, targets)
        penalty = slopes.square().sum(dim=1).mean()
        optimizer.zero_grad()
        (error + coefficient * penalty).backward()
        optimizer.step()
        log.append((error.item(), penalty.item()))
    return log
