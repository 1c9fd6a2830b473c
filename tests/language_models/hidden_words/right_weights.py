"""The loss by hand, of the chosen places alone."""

import torch
from torch.nn.functional import cross_entropy


def hide(tokens, special, draws, noise, mask_id):
    chosen = (draws < 0.15) & ~special
    inputs, labels = tokens.clone(), tokens.clone()
    labels = labels.masked_fill(torch.logical_not(chosen), -100)
    inputs[chosen & (draws < 0.12)] = mask_id
    other = chosen & (draws >= 0.12) & (draws < 0.135)
    inputs[other] = noise[other]
    return inputs, labels


def masked_loss(logits, labels):
    asked = labels != -100
    each = cross_entropy(logits.transpose(1, 2), labels, ignore_index=-100, reduction="none")
    return each.sum() / asked.sum().clamp(min=1)
