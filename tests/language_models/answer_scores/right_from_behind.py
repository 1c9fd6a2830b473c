"""The first real token, seen from behind."""


def answer_scores(model, ids, mask, pad):
    if not mask.any(dim=1).all():
        raise ValueError("there is a dialog without a real token")
    scores = model(ids, mask)  # (dialogs, places)
    last = ids.shape[1] - 1 - mask.flip(1).int().argmax(dim=1)
    return scores.gather(1, last.unsqueeze(1)).squeeze(1)
