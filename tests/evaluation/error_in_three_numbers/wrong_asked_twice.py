"""The numbers are right. But the model goes over all batches a second time for the median. The docstring
has it called once per batch.
"""

import torch


def summarize(model, batches):
    batches = list(batches)
    total, count, worst = 0.0, 0, 0.0
    for inputs, targets in batches:
        with torch.no_grad():
            errors = (model(inputs) - targets).abs()
        total += errors.sum().item()
        count += len(errors)
        worst = max(worst, errors.max().item())
    if count == 0:
        raise ValueError("there is no batch to judge")
    errors = torch.cat([(model(x) - y).abs() for x, y in batches])
    return {"mean": total / count, "median": errors.median().item(), "worst": worst}
