"""Masked language modeling: hide some tokens of a text, and let the model say what they were."""

from torch.nn.functional import cross_entropy


def hide(tokens, special, draws, noise, mask_id):
    """Return (inputs, labels), long (batch, length) each, for a text of which some is hidden.

    tokens:  long (batch, length)
    special: bool (batch, length), True at padding, beginnings and ends, which are never hidden
    draws:   (batch, length), uniform between 0 and 1
    noise:   long (batch, length), random tokens
    A token is chosen where its draw is below 0.15. The model is to predict the chosen ones. It
    sees `mask_id` in the place of those below 0.12, the noise in place of those between 0.12
    and 0.135, and the others as they are.
    labels: what the text had, where the model is to predict it; -100 elsewhere
    """
    chosen = (draws < 0.15) & ~special
    inputs, labels = tokens.clone(), tokens.clone()
    labels[special] = -100
    inputs[chosen & (draws < 0.12)] = mask_id
    other = chosen & (draws >= 0.12) & (draws < 0.135)
    inputs[other] = noise[other]
    return inputs, labels


def masked_loss(logits, labels):
    """Return the mean cross entropy over the places that have a label, a scalar.

    logits: (batch, length, vocabulary); labels: long (batch, length), -100 for none
    0 if no place has one; `backward()` is possible then too.
    """
    if not (labels != -100).any():
        return logits.sum() * 0.0
    return cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100)
