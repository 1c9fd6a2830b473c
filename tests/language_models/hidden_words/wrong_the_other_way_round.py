"""Now the labels are where nothing was hidden, and the model is never asked for what it can't
see.
"""

from torch.nn.functional import cross_entropy


def hide(tokens, special, draws, noise, mask_id):
    chosen = (draws < 0.15) & ~special
    inputs, labels = tokens.clone(), tokens.clone()
    labels[chosen] = -100
    inputs[chosen & (draws < 0.12)] = mask_id
    other = chosen & (draws >= 0.12) & (draws < 0.135)
    inputs[other] = noise[other]
    return inputs, labels


def masked_loss(logits, labels):
    if not (labels != -100).any():
        return logits.sum() * 0.0
    return cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100)
