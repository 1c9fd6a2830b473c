"""This asks for a blank between any two letters. Only equal ones need it, and many good recordings
are thrown away.
"""

import torch.nn.functional as F


def transcript_loss(logits, frames, labels, label_lengths):
    steps = (frames - 1) // 2 + 1
    rows = steps >= 2 * label_lengths - 1
    if not rows.any():
        return 0.0 * logits.sum()
    log_p = logits.log_softmax(dim=2)[:, rows]
    losses = F.ctc_loss(log_p, labels[rows], steps[rows], label_lengths[rows], reduction="none")
    return (losses / label_lengths[rows]).mean()
