"""The mean divides by the number of weights, so value and gradient shrink as the vector grows."""


def ridge(weights, strength):
    if strength < 0:
        raise ValueError(f"strength must be at least 0, got {strength}")
    return strength * (weights * weights).mean()
