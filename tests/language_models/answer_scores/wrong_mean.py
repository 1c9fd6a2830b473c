"""You take the mean of the scores at all real tokens. It doesn't depend on the padding, but most of it
was computed before the answer was read to its end.
"""


def answer_scores(model, ids, mask, pad):
    if not mask.any(dim=1).all():
        raise ValueError("there is a dialog without a real token")
    scores = model(ids, mask)  # (dialogs, places)
    return (scores * mask).sum(dim=1) / mask.sum(dim=1)
