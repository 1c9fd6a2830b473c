"""`backward()` fills `.grad` of everything on its way, not only of the inputs. The gradient of the sum of the
predictions stays in the parameters, so every step also pushes the predictions down.
"""

import torch


def fit(model, inputs, targets, coefficient, steps, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    inputs = inputs.detach().clone().requires_grad_()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    log = []
    for _ in range(steps):
        inputs.grad = None
        optimizer.zero_grad()
        predictions = model(inputs)
        predictions.sum().backward(create_graph=True)
        slopes = inputs.grad
        error = torch.nn.functional.mse_loss(predictions, targets)
        penalty = slopes.square().sum(dim=1).mean()
        (error + coefficient * penalty).backward()
        optimizer.step()
        log.append((error.item(), penalty.item()))
    return log
