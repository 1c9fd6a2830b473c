"""Points on their targets are left out of the mean, so the better the predictions, the fewer points share
the weight. If all are right, there's nothing left to average."""


def distance_loss(predicted, targets):
    if predicted.shape != targets.shape or len(predicted) == 0:
        raise ValueError(f"points of shape {tuple(predicted.shape)} and {tuple(targets.shape)}")
    squares = ((predicted - targets) ** 2).sum(dim=-1)
    return squares[squares > 0].sqrt().mean()
