"""One blank between two equal letters is one step more, and that's all they need. You throw away rows that
fit.
"""

import torch.nn.functional as F


def transcript_loss(logits, frames, labels, label_lengths):
    steps = (frames - 1) // 2 + 1  # (batch,)
    again = (labels[:, 1:] == labels[:, :-1]) & (labels[:, 1:] > 0)
    rows = steps >= label_lengths + 2 * again.sum(dim=1)
    if not rows.any():
        return 0.0 * logits.sum()
    log_p = logits.log_softmax(dim=2)[:, rows]
    losses = F.ctc_loss(log_p, labels[rows], steps[rows], label_lengths[rows], reduction="none")
    return (losses / label_lengths[rows]).mean()
