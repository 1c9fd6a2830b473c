"""A letter that comes back later needs no blank before it: something else stands in between. Only
equal neighbors do.
"""

import torch
import torch.nn.functional as F


def transcript_loss(logits, frames, labels, label_lengths):
    steps = (frames - 1) // 2 + 1
    seen = [len(set(row[:n])) for row, n in zip(labels.tolist(), label_lengths.tolist())]
    repeats = label_lengths - torch.tensor(seen, device=labels.device)
    rows = steps >= label_lengths + repeats
    if not rows.any():
        return 0.0 * logits.sum()
    log_p = logits.log_softmax(dim=2)[:, rows]
    losses = F.ctc_loss(log_p, labels[rows], steps[rows], label_lengths[rows], reduction="none")
    return (losses / label_lengths[rows]).mean()
