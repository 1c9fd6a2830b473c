"""The vector times itself, scaled at the end."""


def ridge(weights, strength):
    if strength < 0:
        raise ValueError(f"strength must be at least 0, got {strength}")
    return strength * (weights @ weights)
