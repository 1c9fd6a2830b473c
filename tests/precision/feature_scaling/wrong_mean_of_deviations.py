"""Each batch has a good deviation, and you take their mean. Deviations can't be averaged, and what
differs between the batches isn't in any of them.
"""

import torch


def feature_scaling(batches):
    count, means, deviations = 0, 0.0, 0.0
    for batch in batches:
        count += len(batch)
        means = means + batch.mean(dim=0) * len(batch)
        deviations = deviations + batch.std(dim=0, correction=0) * len(batch)
    mean, deviation = means / count, deviations / count
    return mean, torch.where(deviation == 0, 1.0, deviation)
