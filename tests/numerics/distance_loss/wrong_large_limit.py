"""The gradient is a number now, but the square root makes much of a small limit: a perfect prediction costs
the root of it where it should cost nothing, and so does every point that is closer than that."""


def distance_loss(predicted, targets):
    if predicted.shape != targets.shape or len(predicted) == 0:
        raise ValueError(f"points of shape {tuple(predicted.shape)} and {tuple(targets.shape)}")
    return ((predicted - targets) ** 2).sum(dim=-1).clamp(min=1e-8).sqrt().mean()
