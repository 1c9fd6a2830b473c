"""Train a table of word vectors that is kept in half precision."""

import torch


def fit(table, batches, lr):
    """Minimize the mean absolute error with one step of Adam per batch; the table changes in place.

    table:   (words, width), float16 or float32, requires a gradient. Word 0 is padding: it's looked up
             like the others and never trained
    batches: list of (ids, targets): (n,), int64, and (n, width) of the table's dtype; n at least 1, and
             a word may occur more than once

    Each step is the one that Adam takes in float32, with torch's default options, rounded to the dtype
    of the table. So a word that no batch has used yet stays as it is, however often others are trained.
    Returns a list with the error of each batch before its step, computed in float32.
    """
    optimizer = torch.optim.Adam([table], lr=lr)
    errors = []
    for ids, targets in batches:
        vectors = torch.nn.functional.embedding(ids, table, padding_idx=0)  # (n, width)
        error = torch.nn.functional.l1_loss(vectors.float(), targets.float())
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
