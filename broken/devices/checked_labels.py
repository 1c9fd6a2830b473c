"""Training of a classifier that says which batch has a label that is none."""

import torch

IGNORED = -100  # the label of a row that has no class


def fit(model, optimizer, batches, classes):
    """One step of `optimizer` for each batch; return the mean of their losses, a float.

    model:     maps (n, features) to (n, classes), on any device
    optimizer: over the parameters of `model`
    batches:   list of (inputs, labels) on the CPU: (n, features) and (n,) int64, each label
               at least 0 and below `classes`, or IGNORED, and not all of them IGNORED

    Raises ValueError with the number of the first batch (from 0) that has another label. The
    batches before it have been trained on, and the device can be used as before.
    """
    device = next(model.parameters()).device
    total = torch.zeros((), device=device)
    for number, (inputs, labels) in enumerate(batches):
        inputs, labels = inputs.to(device), labels.to(device)
        try:
            loss = torch.nn.functional.cross_entropy(model(inputs), labels, ignore_index=IGNORED)
        except (IndexError, RuntimeError) as problem:
            raise ValueError(f"batch {number} has a label that is no class") from problem
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.detach()  # no .item() here: it would wait for the device
    return total.item() / len(batches)
