"""This penalizes how strongly the error reacts to the inputs, not the predictions. It vanishes where the
predictions are right, however steep they are.
"""

import torch


def fit(model, inputs, targets, coefficient, steps, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    inputs = inputs.detach().clone().requires_grad_()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    log = []
    for _ in range(steps):
        predictions = model(inputs)
        error = torch.nn.functional.mse_loss(predictions, targets)
        (slopes,) = torch.autograd.grad(error, inputs, create_graph=True)
        penalty = slopes.square().sum(dim=1).mean()
        optimizer.zero_grad()
        (error + coefficient * penalty).backward()
        optimizer.step()
        log.append((error.item(), penalty.item()))
    return log
