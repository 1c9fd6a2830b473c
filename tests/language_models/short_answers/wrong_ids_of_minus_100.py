"""-100 is for labels. The model looks up every id in its table, and there's no row -100."""

import torch

IGNORED = -100


def training_loss(model, texts, eos, pad, limit):
    if not texts:
        raise ValueError("there are no texts to train on")
    rows = [torch.cat([text, text.new_tensor([eos])])[:limit] for text in texts]
    ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=IGNORED)
    labels = ids.clone()  # (texts, longest)
    labels[ids == IGNORED] = IGNORED
    scores = model(ids)[:, :-1].flatten(0, 1)  # (texts * (longest - 1), vocabulary)
    return torch.nn.functional.cross_entropy(scores, labels[:, 1:].flatten(), ignore_index=IGNORED)
