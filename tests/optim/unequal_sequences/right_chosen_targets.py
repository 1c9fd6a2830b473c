"""The targets that count are selected by a mask, and their losses are added up by hand."""

IGNORED = -100  # the target at a position that does not count: padding, or a prompt


def train_step(model, optimizer, micro_batches):
    if not micro_batches or any((targets == IGNORED).all() for _, targets in micro_batches):
        raise ValueError("there is no micro-batch, or one without a target that counts")
    counted = sum((targets != IGNORED).sum().item() for _, targets in micro_batches)
    optimizer.zero_grad()
    total = 0.0
    for tokens, targets in micro_batches:
        logits = model(tokens).flatten(0, 1)
        rows = logits[targets.flatten() != IGNORED].log_softmax(-1)
        chosen = targets[targets != IGNORED].unsqueeze(-1)
        loss = -rows.gather(-1, chosen).sum()
        loss = loss / counted
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total
