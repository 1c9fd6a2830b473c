"""Batches on their way to a GPU."""

import torch


def upload(batches, device):
    """All batches on `device`, in order.

    batches: list of float32 tensors (n, features) in ordinary memory; n may differ, and is
             largest in the first one
    device:  a CUDA device, which may be busy with earlier work

    Batches go through pinned memory, for speed. The results share no memory with each other,
    and `batches` stay as they were.
    """
    staging = torch.empty(batches[0].shape, pin_memory=True)
    uploaded = []
    for batch in batches:
        rows = staging[: len(batch)]  # the last one may be smaller
        rows.copy_(batch)
        uploaded.append(rows.to(device, non_blocking=True))
    return uploaded
