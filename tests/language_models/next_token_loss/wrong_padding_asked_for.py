"""The labels are moved once, but they're the ids now, with the padding in them. So the model learns to
write padding.
"""

import torch

IGNORED = -100


def collate(sentences, pad):
    if max((len(sentence) for sentence in sentences), default=0) < 2:
        raise ValueError("no sentence has two tokens")
    ids = torch.nn.utils.rnn.pad_sequence(sentences, batch_first=True, padding_value=pad)
    return ids, ids


def next_token_loss(model, batch):
    ids, labels = batch
    scores = model(ids)[:, :-1]  # (sentences, steps, vocabulary), without the last step
    scores = scores.transpose(1, 2)  # (sentences, vocabulary, steps)
    return torch.nn.functional.cross_entropy(scores, labels[:, 1:], ignore_index=IGNORED)
