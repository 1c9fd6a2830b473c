"""Train a speech recognizer on recordings and their transcripts."""

import torch.nn.functional as F


def transcript_loss(logits, frames, labels, label_lengths):
    """Return the mean of -log p(transcript | recording) / letters of the transcript, a scalar.

    logits:        (steps, batch, letters), finite; letter 0 is the blank. The network makes
                   one step of two frames, by a convolution of size 3, stride 2, padding 1
    frames:        (batch,), int64, at least 1: the length of each recording. Steps beyond
                   a recording's end are padding, and count for nothing
    labels:        (batch, longest), int64, from 1; 0 where a transcript is over
    label_lengths: (batch,), int64, at least 1

    p is the sum over all paths that read as the transcript, as in CTC (Graves et al. 2006).
    The mean is over the rows that have such a path. A row without one takes no part: it has
    no gradient. If there's no row with a path, the loss is 0.
    """
    steps = (frames - 1) // 2 + 1  # (batch,)
    rows = steps >= label_lengths
    if not rows.any():
        return 0.0 * logits.sum()
    log_p = logits.log_softmax(dim=2)[:, rows]
    losses = F.ctc_loss(log_p, labels[rows], steps[rows], label_lengths[rows], reduction="none")
    return (losses / label_lengths[rows]).mean()
