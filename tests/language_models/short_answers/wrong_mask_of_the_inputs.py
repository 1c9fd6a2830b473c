"""The mask has the right places, but it's that of the tokens read, not of the tokens asked for. The step
that has read the end is still asked for one token of padding.
"""

import torch


def training_loss(model, texts, eos, pad, limit):
    if not texts:
        raise ValueError("there are no texts to train on")
    rows = [torch.cat([text, text.new_tensor([eos])])[:limit] for text in texts]
    ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=pad)
    lengths = torch.tensor([len(row) for row in rows], device=ids.device)
    real = torch.arange(ids.shape[1], device=ids.device) < lengths[:, None]
    real = real[:, :-1]
    return torch.nn.functional.cross_entropy(model(ids)[:, :-1][real], ids[:, 1:][real])
