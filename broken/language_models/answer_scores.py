"""Score the answers of a language model with a reward model."""

import torch


def answer_scores(model, ids, mask, pad):
    """Return the score of each dialog: the one that the model gives at the last real token.

    model: called as model(ids, mask), returns a score for each place, (dialogs, places), that depends
           on the real tokens up to it
    ids:   (dialogs, places), int64; padding on the right, on the left or nowhere, as it comes
    mask:  (dialogs, places), bool, True at real tokens and False at padding
    pad:   id of the padding; it can be that of the end token too, which stands behind every turn of
           a dialog, and in most dialogs comes last

    So the score doesn't depend on how a dialog was padded, and all of it has a part in the score.
    Returns (dialogs,), in the dtype of the scores. Raises ValueError if a dialog has no real token.
    """
    if not mask.any(dim=1).all():
        raise ValueError("there is a dialog without a real token")
    scores = model(ids, mask)  # (dialogs, places)
    last = torch.eq(ids, pad).int().argmax(dim=1) - 1
    return scores.gather(1, last.remainder(ids.shape[1]).unsqueeze(1)).squeeze(1)
