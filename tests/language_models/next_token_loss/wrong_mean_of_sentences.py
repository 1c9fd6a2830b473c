"""The labels are moved once. But you take a mean for each sentence and then the mean of these, so a token of
a short sentence counts more than one of a long sentence.
"""

import torch

IGNORED = -100


def collate(sentences, pad):
    if max((len(sentence) for sentence in sentences), default=0) < 2:
        raise ValueError("no sentence has two tokens")
    ids = torch.nn.utils.rnn.pad_sequence(sentences, batch_first=True, padding_value=pad)
    lengths = torch.tensor([len(sentence) for sentence in sentences], device=ids.device)
    places = torch.arange(ids.shape[1], device=ids.device)
    labels = ids.masked_fill(places >= lengths.unsqueeze(1), IGNORED)
    return ids, labels


def next_token_loss(model, batch):
    ids, labels = batch
    scores = model(ids)[:, :-1]  # (sentences, steps, vocabulary), without the last step
    scores = scores.transpose(1, 2)  # (sentences, vocabulary, steps)
    losses = torch.nn.functional.cross_entropy(scores, labels[:, 1:], ignore_index=IGNORED, reduction="none")
    counts = (labels[:, 1:] != IGNORED).sum(1)
    return (losses.sum(1) / counts.clamp(min=1)).sum() / (counts > 0).sum()
