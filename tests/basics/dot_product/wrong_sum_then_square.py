"""The square of the sum isn't the sum of the squares: every weight is pulled by the same amount."""


def ridge(weights, strength):
    if strength < 0:
        raise ValueError(f"strength must be at least 0, got {strength}")
    return strength * weights.sum() ** 2
