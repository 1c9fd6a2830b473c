"""The documents are kept apart in the mask, and the steps that have a next token are picked out."""

import torch


def packed_loss(model, documents):
    if all(len(document) < 2 for document in documents):
        raise ValueError("no document has two tokens")
    ids = torch.cat(documents)
    lengths = torch.tensor([len(document) for document in documents], device=ids.device)
    ends = lengths.cumsum(0)
    owner = torch.arange(len(documents), device=ids.device).repeat_interleave(lengths)  # (tokens,)
    places = torch.arange(len(ids), device=ids.device)
    positions = places - (ends - lengths)[owner]
    mask = torch.tril(owner[:, None] == owner[None, :])
    logs = model(ids, positions, mask).log_softmax(dim=1)
    asking = (owner[:-1] == owner[1:]).nonzero().squeeze(1)
    return -logs[asking, ids[asking + 1]].mean()
