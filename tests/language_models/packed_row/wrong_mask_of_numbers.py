"""The right places are hidden. But the model is promised a bool mask, and yours has numbers in it."""

import torch

IGNORED = -100


def packed_loss(model, documents):
    if all(len(document) < 2 for document in documents):
        raise ValueError("no document has two tokens")
    ids = torch.cat(documents)
    lengths = torch.tensor([len(document) for document in documents], device=ids.device)
    ends = lengths.cumsum(0)
    numbers = torch.arange(len(documents), device=ids.device)
    owner = numbers.repeat_interleave(lengths)  # (tokens,)
    places = torch.arange(len(ids), device=ids.device)
    positions = places - (ends - lengths)[owner]
    mask = ((places.unsqueeze(1) >= places) & (owner.unsqueeze(1) == owner)).float()  # (tokens, tokens)
    labels = ids.roll(-1)
    labels[ends - 1] = IGNORED
    scores = model(ids, positions, mask)  # (tokens, vocabulary)
    return torch.nn.functional.cross_entropy(scores, labels, ignore_index=IGNORED)
