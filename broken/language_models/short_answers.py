"""Fine-tune a language model on short texts, so that it writes such texts and stops."""

import torch

IGNORED = -100


def training_loss(model, texts, eos, pad, limit):
    """Return the mean of -log p(token | the tokens before it) over all texts, each followed by `eos`.

    model: maps (texts, steps) of ids to (texts, steps, vocabulary) of scores; the scores of a step
           have read the tokens up to it and none after it
    texts: list of 1-D int64 tensors, unchanged, of one token or more; `eos` can stand inside a text
           too, between two turns, and counts there like every other token
    pad:   id that fills up the short ones: one that's in no text, or `eos` itself
    limit: int, 2 or more; a text is cut to so many tokens with its `eos`. A text that's cut doesn't
           end there, so no `eos` follows it

    Nobody is asked for the first token of a text, or for padding. All other tokens count the same.
    Raises ValueError if there are no texts.
    """
    if not texts:
        raise ValueError("there are no texts to train on")
    rows = [torch.cat([text, text.new_tensor([eos])])[:limit] for text in texts]
    ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=pad)
    labels = ids.clone()  # (texts, longest)
    labels[ids == pad] = IGNORED
    scores = model(ids)[:, :-1].flatten(0, 1)  # (texts * (longest - 1), vocabulary)
    return torch.nn.functional.cross_entropy(scores, labels[:, 1:].flatten(), ignore_index=IGNORED)
