"""Of two tokens in a row with the padding's id, you ignore the second. If a text ends with an end of its
own, that's the one that follows it; and with an id of its own, the first padding is trained.
"""

import torch

IGNORED = -100


def training_loss(model, texts, eos, pad, limit):
    if not texts:
        raise ValueError("there are no texts to train on")
    rows = [torch.cat([text, text.new_tensor([eos])])[:limit] for text in texts]
    ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=pad)
    labels = ids.clone()  # (texts, longest)
    labels[:, 1:][(ids[:, 1:] == pad) & (ids[:, :-1] == pad)] = IGNORED
    scores = model(ids)[:, :-1].flatten(0, 1)  # (texts * (longest - 1), vocabulary)
    return torch.nn.functional.cross_entropy(scores, labels[:, 1:].flatten(), ignore_index=IGNORED)
