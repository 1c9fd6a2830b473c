"""A number far below the required precision is added before the square root."""


def distance_loss(predicted, targets):
    if predicted.shape != targets.shape or len(predicted) == 0:
        raise ValueError(f"points of shape {tuple(predicted.shape)} and {tuple(targets.shape)}")
    return (((predicted - targets) ** 2).sum(dim=-1) + 1e-14).sqrt().mean()
