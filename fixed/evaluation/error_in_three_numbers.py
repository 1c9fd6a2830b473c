"""How far off a model is on a test set that's read batch by batch."""

import torch


def summarize(model, batches):
    """Return {"mean": ..., "median": ..., "worst": ...}: the absolute errors of `model` on all samples.

    model:   maps (n, features) to (n,); called once per batch, without a graph
    batches: iterable of pairs (inputs, targets), targets (n,), n at least 1 and different from batch to
             batch; read once
    median:  the middle one of the sorted errors of all samples, or the smaller of the two middle ones
    The same samples give the same three floats in any order and in batches of any size. Raises ValueError if
    there's no batch.
    """
    total, count, worst, seen = 0.0, 0, 0.0, []
    for inputs, targets in batches:
        with torch.no_grad():
            errors = (model(inputs) - targets).abs()
        total += errors.sum().item()
        count += len(errors)
        worst = max(worst, errors.max().item())
        seen.append(errors)  # a median can't be added up: it needs all errors at once
    if count == 0:
        raise ValueError("there is no batch to judge")
    return {"mean": total / count, "median": torch.cat(seen).median().item(), "worst": worst}
