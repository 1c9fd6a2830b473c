"""Each document costs what it costs alone, because it goes through the model alone. That's the slow way
that packing was meant to replace.
"""

import torch

IGNORED = -100


def packed_loss(model, documents):
    if all(len(document) < 2 for document in documents):
        raise ValueError("no document has two tokens")
    ids = torch.cat(documents)
    lengths = torch.tensor([len(document) for document in documents], device=ids.device)
    ends = lengths.cumsum(0)
    labels = ids.roll(-1)
    labels[ends - 1] = IGNORED
    scores = torch.cat(
        [
            model(
                d,
                torch.arange(len(d), device=d.device),
                torch.ones(len(d), len(d), dtype=torch.bool, device=d.device).tril(),
            )
            for d in documents
        ]
    )  # (tokens, vocabulary)
    return torch.nn.functional.cross_entropy(scores, labels, ignore_index=IGNORED)
