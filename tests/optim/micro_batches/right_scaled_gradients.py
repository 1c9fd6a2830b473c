"""The gradients of the sums are added up first, and scaled once, before the step."""


def train_step(model, optimizer, micro_batches):
    if not micro_batches or any(len(targets) == 0 for _, targets in micro_batches):
        raise ValueError("there is no micro-batch, or one without samples")
    samples = sum(len(targets) for _, targets in micro_batches)
    optimizer.zero_grad()
    total = 0.0
    for inputs, targets in micro_batches:
        loss = ((model(inputs) - targets) ** 2).sum()
        loss.backward()
        total += loss.item()
    for parameter in model.parameters():
        if parameter.grad is not None:
            parameter.grad /= samples
    optimizer.step()
    return total / samples
