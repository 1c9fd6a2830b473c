"""The loss that's returned is the mean per token. But the gradient is that of the sum, so the step grows with
the number of tokens.
"""

import torch

IGNORED = -100  # the target at a position that does not count: padding, or a prompt


def train_step(model, optimizer, micro_batches):
    if not micro_batches or any((targets == IGNORED).all() for _, targets in micro_batches):
        raise ValueError("there is no micro-batch, or one without a target that counts")
    count = sum((targets != IGNORED).sum().item() for _, targets in micro_batches)
    optimizer.zero_grad()
    total = 0.0
    for tokens, targets in micro_batches:
        logits = model(tokens).flatten(0, 1)
        loss = torch.nn.functional.cross_entropy(
            logits, targets.flatten(), ignore_index=IGNORED, reduction="sum"
        )
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total / count
