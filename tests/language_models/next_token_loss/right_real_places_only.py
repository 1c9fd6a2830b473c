"""The real places are picked out first, and their log-probabilities are averaged by hand."""

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
    real = labels != IGNORED
    logs = model(ids)[real].log_softmax(dim=-1)
    return -logs.gather(1, labels[real].unsqueeze(1)).mean()
