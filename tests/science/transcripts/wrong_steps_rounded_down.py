"""The network's steps were right: it makes one for an odd frame at the end, too. What's missing is room
for the blanks.
"""

import torch.nn.functional as F


def transcript_loss(logits, frames, labels, label_lengths):
    steps = frames // 2  # (batch,)
    rows = steps >= label_lengths
    if not rows.any():
        return 0.0 * logits.sum()
    log_p = logits.log_softmax(dim=2)[:, rows]
    losses = F.ctc_loss(log_p, labels[rows], steps[rows], label_lengths[rows], reduction="none")
    return (losses / label_lengths[rows]).mean()
