"""The gradient is a number now, but the square root makes much of a small offset: a perfect prediction costs
the root of it where it should cost nothing, and close points are pulled less than far ones."""


def distance_loss(predicted, targets):
    if predicted.shape != targets.shape or len(predicted) == 0:
        raise ValueError(f"points of shape {tuple(predicted.shape)} and {tuple(targets.shape)}")
    return (((predicted - targets) ** 2).sum(dim=-1) + 1e-8).sqrt().mean()
