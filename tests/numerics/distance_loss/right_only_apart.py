"""Only points away from their targets go through the square root."""


def distance_loss(predicted, targets):
    if predicted.shape != targets.shape or len(predicted) == 0:
        raise ValueError(f"points of shape {tuple(predicted.shape)} and {tuple(targets.shape)}")
    squares = ((predicted - targets) ** 2).sum(dim=-1)
    return squares[squares > 0].sqrt().sum() / len(squares)
