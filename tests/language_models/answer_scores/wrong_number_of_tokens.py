"""The number of real tokens minus one is the place of the last one, if the padding is on the right. If
it's on the left, that place is somewhere in the middle, or in the padding.
"""


def answer_scores(model, ids, mask, pad):
    if not mask.any(dim=1).all():
        raise ValueError("there is a dialog without a real token")
    scores = model(ids, mask)  # (dialogs, places)
    last = mask.sum(dim=1) - 1
    return scores.gather(1, last.unsqueeze(1)).squeeze(1)
