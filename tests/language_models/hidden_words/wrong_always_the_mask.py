"""The labels are right now. But every chosen token is behind the mask, so whatever the model can
read is right, and it learns to trust it.
"""

from torch.nn.functional import cross_entropy


def hide(tokens, special, draws, noise, mask_id):
    chosen = (draws < 0.15) & ~special
    inputs, labels = tokens.clone(), tokens.clone()
    labels[~chosen] = -100
    inputs[chosen] = mask_id
    return inputs, labels


def masked_loss(logits, labels):
    if not (labels != -100).any():
        return logits.sum() * 0.0
    return cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100)
