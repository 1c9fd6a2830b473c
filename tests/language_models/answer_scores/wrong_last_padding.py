"""You look for the last token that has the padding's id. With padding on the right that's the last column,
and if a dialog is cut before its end, it's somewhere in the middle.
"""

import torch


def answer_scores(model, ids, mask, pad):
    if not mask.any(dim=1).all():
        raise ValueError("there is a dialog without a real token")
    scores = model(ids, mask)  # (dialogs, places)
    last = ids.shape[1] - 1 - torch.eq(ids, pad).flip(1).int().argmax(dim=1)
    return scores.gather(1, last.remainder(ids.shape[1]).unsqueeze(1)).squeeze(1)
