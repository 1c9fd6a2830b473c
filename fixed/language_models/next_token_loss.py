"""Teach a language model to write: from sentences of token ids to the loss."""

import torch

IGNORED = -100


def collate(sentences, pad):
    """Put sentences of different lengths into one batch for `next_token_loss`, on their device.

    sentences: list of 1-D int64 tensors of one token or more, unchanged
    pad:       id that fills up the short ones; it can be the id of a word too
    Raises ValueError if no sentence has two tokens: then there's nothing to predict.
    """
    if max((len(sentence) for sentence in sentences), default=0) < 2:
        raise ValueError("no sentence has two tokens")
    ids = torch.nn.utils.rnn.pad_sequence(sentences, batch_first=True, padding_value=pad)
    lengths = torch.tensor([len(sentence) for sentence in sentences], device=ids.device)
    places = torch.arange(ids.shape[1], device=ids.device)
    labels = ids.masked_fill(places >= lengths.unsqueeze(1), IGNORED)
    return ids[:, :-1], labels[:, 1:]  # (sentences, longest - 1) each


def next_token_loss(model, batch):
    """Return the mean of -log p(token | the tokens before it), over all tokens but each sentence's first.

    model: maps (sentences, steps) of ids to (sentences, steps, vocabulary) of scores; the scores of
           a step have read the tokens up to it and none after it
    batch: from `collate`
    Every token counts the same, in short sentences and in long ones, and padding doesn't count.
    """
    ids, labels = batch
    scores = model(ids)  # (sentences, steps, vocabulary); `collate` has moved the labels
    scores = scores.transpose(1, 2)  # (sentences, vocabulary, steps)
    return torch.nn.functional.cross_entropy(scores, labels, ignore_index=IGNORED)
