"""The labels are moved once. But you add up the losses, and the docstring says their mean."""

import torch

IGNORED = -100


def collate(sentences, pad):
    if max((len(sentence) for sentence in sentences), default=0) < 2:
        raise ValueError("no sentence has two tokens")
    ids = torch.nn.utils.rnn.pad_sequence(sentences, batch_first=True, padding_value=pad)
    lengths = torch.tensor([len(sentence) for sentence in sentences], device=ids.device)
    places = torch.arange(ids.shape[1], device=ids.device)
    labels = ids.masked_fill(places >= lengths.unsqueeze(1), IGNORED)
    return ids[:, :-1], labels[:, 1:]  # (sentences, longest - 1) each


def next_token_loss(model, batch):
    ids, labels = batch
    scores = model(ids)  # (sentences, steps, vocabulary), without the last step
    scores = scores.transpose(1, 2)  # (sentences, vocabulary, steps)
    return torch.nn.functional.cross_entropy(scores, labels, ignore_index=IGNORED, reduction="sum")
