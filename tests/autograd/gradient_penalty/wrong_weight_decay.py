"""The weights are pulled towards zero instead of the slopes. For a straight line without a bias that's the
same. With a bias or a second layer, it's a different model.
"""

import torch


def fit(model, inputs, targets, coefficient, steps, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    inputs = inputs.detach().clone().requires_grad_()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, weight_decay=2 * coefficient)
    log = []
    for _ in range(steps):
        predictions = model(inputs)
        (slopes,) = torch.autograd.grad(predictions.sum(), inputs, retain_graph=True)
        error = torch.nn.functional.mse_loss(predictions, targets)
        penalty = slopes.square().sum(dim=1).mean()
        optimizer.zero_grad()
        (error + coefficient * penalty).backward()
        optimizer.step()
        log.append((error.item(), penalty.item()))
    return log
