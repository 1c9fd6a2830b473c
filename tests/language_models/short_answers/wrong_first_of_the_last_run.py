"""Of the end tokens at the end of a row, you keep the first and ignore the others. But a text can end with
one of its own, and then the one that follows it has no label.
"""

import torch

IGNORED = -100


def training_loss(model, texts, eos, pad, limit):
    if not texts:
        raise ValueError("there are no texts to train on")
    rows = [torch.cat([text, text.new_tensor([eos])])[:limit] for text in texts]
    ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=pad)
    labels = ids.clone()  # (texts, longest)
    for label, row in zip(labels, rows):
        end = len(row)
        while end > 1 and row[end - 1] == pad:
            end -= 1
        label[end + (pad == eos) :] = IGNORED
    scores = model(ids)[:, :-1].flatten(0, 1)  # (texts * (longest - 1), vocabulary)
    return torch.nn.functional.cross_entropy(scores, labels[:, 1:].flatten(), ignore_index=IGNORED)
