"""One optimizer step of a language model on a batch that is too large for one pass."""

import torch

IGNORED = -100  # the target at a position that does not count: padding, or a prompt


def train_step(model, optimizer, micro_batches):
    """Take one step of `optimizer` on the mean cross-entropy per token of the whole batch; return that mean.

    model:         maps tokens (sequences, length) to logits (sequences, length, vocabulary)
    optimizer:     over the parameters of `model`; gradients from before the call are not used
    micro_batches: list of (tokens, targets), both (sequences, length) of int64, each of its own size. A
                   target is a token, or IGNORED where the position does not count. They go through the model
                   one at a time, and what a pass saves for `backward()` is freed before the next

    Every target that counts weighs the same in the mean and in its gradient, however the batch was cut and
    padded. Returns that mean, a float. Raises ValueError if there is no micro-batch, or one without a target
    that counts; the model then stays as it was.
    """
    if not micro_batches or any((targets == IGNORED).all() for _, targets in micro_batches):
        raise ValueError("there is no micro-batch, or one without a target that counts")
    # One mean over the whole batch: its tokens are counted first, and divide every piece's sum.
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
    return total
