"""Sums are added up, and the gradients are scaled once, before the step."""

import torch

IGNORED = -100  # the target at a position that does not count: padding, or a prompt


def train_step(model, optimizer, micro_batches):
    if not micro_batches or any((targets == IGNORED).all() for _, targets in micro_batches):
        raise ValueError("there is no micro-batch, or one without a target that counts")
    counted = 0
    optimizer.zero_grad()
    total = 0.0
    for tokens, targets in micro_batches:
        logits = model(tokens).flatten(0, 1)
        loss = torch.nn.functional.cross_entropy(
            logits, targets.flatten(), ignore_index=IGNORED, reduction="sum"
        )
        loss.backward()
        total += loss.item()
        counted += (targets != IGNORED).sum().item()
    for parameter in model.parameters():
        if parameter.grad is not None:
            parameter.grad /= counted
    optimizer.step()
    return total / counted
