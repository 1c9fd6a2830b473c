"""Train on documents of all lengths in one row without padding."""

import torch

IGNORED = -100


def packed_loss(model, documents):
    """Return the mean of -log p(token | the tokens before it in its document).

    model:     called once, as model(ids, positions, mask) with all tokens in one row: ids and
               positions are (tokens,), int64, positions counted from 0; mask is (tokens, tokens),
               bool, True where the step of the row may read the token of the column. Returns scores
               (tokens, vocabulary)
    documents: list of 1-D int64 tensors, one token or more each, unchanged

    Nobody is asked for the first token of a document; all others count the same. What a document
    adds to the loss is what it would add alone, whatever else is in the row.
    Raises ValueError if no document has two tokens.
    """
    if all(len(document) < 2 for document in documents):
        raise ValueError("no document has two tokens")
    ids = torch.cat(documents)
    lengths = torch.tensor([len(document) for document in documents], device=ids.device)
    ends = lengths.cumsum(0)
    numbers = torch.arange(len(documents), device=ids.device)
    owner = numbers.repeat_interleave(lengths)  # (tokens,)
    places = torch.arange(len(ids), device=ids.device)
    positions = places - (ends - lengths)[owner]
    mask = places.unsqueeze(1) >= places  # (tokens, tokens)
    mask &= owner.unsqueeze(1) == owner  # what came before can be another document
    labels = ids.roll(-1)
    labels[ends - 1] = IGNORED
    scores = model(ids, positions, mask)  # (tokens, vocabulary)
    return torch.nn.functional.cross_entropy(scores, labels, ignore_index=IGNORED)
