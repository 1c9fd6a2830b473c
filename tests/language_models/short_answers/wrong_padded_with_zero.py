"""You pad with 0 when the padding would be the end token. But 0 is the id of a word here, and wherever that
word occurs, its label is ignored now.
"""

import torch

IGNORED = -100


def training_loss(model, texts, eos, pad, limit):
    if not texts:
        raise ValueError("there are no texts to train on")
    rows = [torch.cat([text, text.new_tensor([eos])])[:limit] for text in texts]
    if pad == eos:
        pad = 0
    ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=pad)
    labels = ids.clone()
    labels[ids == pad] = IGNORED
    scores = model(ids)[:, :-1].flatten(0, 1)
    return torch.nn.functional.cross_entropy(scores, labels[:, 1:].flatten(), ignore_index=IGNORED)
