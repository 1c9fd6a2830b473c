"""The labels of visible tokens are gone, but the loss is divided by all places. It's small
because of what isn't asked, and its gradient too.
"""

from torch.nn.functional import cross_entropy


def hide(tokens, special, draws, noise, mask_id):
    chosen = (draws < 0.15) & ~special
    inputs, labels = tokens.clone(), tokens.clone()
    labels[~chosen] = -100
    inputs[chosen & (draws < 0.12)] = mask_id
    other = chosen & (draws >= 0.12) & (draws < 0.135)
    inputs[other] = noise[other]
    return inputs, labels


def masked_loss(logits, labels):
    if not (labels != -100).any():
        return logits.sum() * 0.0
    each = cross_entropy(logits.transpose(1, 2), labels, ignore_index=-100, reduction="none")
    return each.mean()
