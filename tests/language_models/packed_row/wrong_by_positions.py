"""You compare positions instead of places, since those begin at 0 in every document. But then a step
reads every token with a smaller position, in all documents, even in those that come later.
"""

import torch

IGNORED = -100


def packed_loss(model, documents):
    if all(len(document) < 2 for document in documents):
        raise ValueError("no document has two tokens")
    ids = torch.cat(documents)
    lengths = torch.tensor([len(document) for document in documents], device=ids.device)
    ends = lengths.cumsum(0)
    owner = torch.arange(len(documents), device=ids.device).repeat_interleave(lengths)  # (tokens,)
    places = torch.arange(len(ids), device=ids.device)
    positions = places - (ends - lengths)[owner]
    mask = positions.unsqueeze(1) >= positions
    labels = ids.roll(-1)
    labels[ends - 1] = IGNORED
    return torch.nn.functional.cross_entropy(model(ids, positions, mask), labels, ignore_index=IGNORED)
