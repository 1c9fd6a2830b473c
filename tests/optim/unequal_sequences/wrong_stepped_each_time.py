"""The optimizer steps after every piece: as many steps as pieces, each from a different point."""

import torch

IGNORED = -100  # the target at a position that does not count: padding, or a prompt


def train_step(model, optimizer, micro_batches):
    if not micro_batches or any((targets == IGNORED).all() for _, targets in micro_batches):
        raise ValueError("there is no micro-batch, or one without a target that counts")
    counted = sum((targets != IGNORED).sum().item() for _, targets in micro_batches)
    optimizer.zero_grad()
    total = 0.0
    for tokens, targets in micro_batches:
        logits = model(tokens).flatten(0, 1)
        loss = torch.nn.functional.cross_entropy(
            logits, targets.flatten(), ignore_index=IGNORED, reduction="sum"
        )
        loss = loss / counted
        loss.backward()
        total += loss.item()
        optimizer.step()
        optimizer.zero_grad()
    return total
