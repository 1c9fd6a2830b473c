"""The sum is kept away from 0. Below its limit, the clamp has a slope of 0."""


def distance_loss(predicted, targets):
    if predicted.shape != targets.shape or len(predicted) == 0:
        raise ValueError(f"points of shape {tuple(predicted.shape)} and {tuple(targets.shape)}")
    return ((predicted - targets) ** 2).sum(dim=-1).clamp(min=1e-14).sqrt().mean()
