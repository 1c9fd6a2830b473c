"""The mask is put together from one triangle for each document."""

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
    triangles = [torch.ones(len(d), len(d), dtype=torch.bool, device=ids.device).tril() for d in documents]
    mask = torch.block_diag(*triangles).bool()
    labels = ids.roll(-1)
    labels[ends - 1] = IGNORED
    return torch.nn.functional.cross_entropy(model(ids, positions, mask), labels, ignore_index=IGNORED)
