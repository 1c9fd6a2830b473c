"""A row without a path costs a lot now, instead of infinitely much. It should cost nothing and not be
counted.
"""

import torch.nn.functional as F


def transcript_loss(logits, frames, labels, label_lengths):
    steps = (frames - 1) // 2 + 1  # (batch,)
    rows = steps >= label_lengths
    if not rows.any():
        return 0.0 * logits.sum()
    log_p = logits.log_softmax(dim=2)[:, rows]
    losses = F.ctc_loss(log_p, labels[rows], steps[rows], label_lengths[rows], reduction="none")
    losses = losses.clamp(max=1e4)
    return (losses / label_lengths[rows]).mean()
