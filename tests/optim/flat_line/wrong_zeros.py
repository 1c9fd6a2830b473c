"""`step()` no longer skips the parameters, but the gradient it sees is zero. Only the decay moves the model
now, towards zero."""

import torch


def fit(model, inputs, targets, steps, lr, decay=0.0):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, weight_decay=decay)
    log = []
    for _ in range(steps):
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        log.append((error.item(), _gradient_norm(error, model, optimizer)))
        optimizer.step()
    return log


def _gradient_norm(error, model, optimizer):
    error.backward()
    norm = torch.nn.utils.get_total_norm([parameter.grad for parameter in model.parameters()])
    optimizer.zero_grad(set_to_none=False)
    return norm.item()
