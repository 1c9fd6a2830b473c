"""The square of the sum is not the sum of the squares: all weights are pulled alike, by their sum."""


def ridge(weights, strength):
    if strength < 0:
        raise ValueError(f"strength must be at least 0, got {strength}")
    return strength * weights.sum() ** 2
