"""A point on its target is left out of the mean, so the better the predictions, the fewer points share the
weight; and when all are right, nothing is left to take the mean of."""


def distance_loss(predicted, targets):
    if predicted.shape != targets.shape or len(predicted) == 0:
        raise ValueError(f"points of shape {tuple(predicted.shape)} and {tuple(targets.shape)}")
    squares = ((predicted - targets) ** 2).sum(dim=-1)
    return squares[squares > 0].sqrt().mean()
