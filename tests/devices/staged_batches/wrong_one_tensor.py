"""One tensor on the device for all batches, which is filled anew for each: the results share their memory,
and all end as the last batch."""

import torch


def upload(batches, device):
    staging = torch.empty(batches[0].shape, pin_memory=True)
    there = torch.empty(batches[0].shape, device=device)
    uploaded = []
    for batch in batches:
        staging[: len(batch)].copy_(batch)
        there.copy_(staging, non_blocking=True)
        torch.cuda.current_stream(device).synchronize()
        uploaded.append(there[: len(batch)])
    return uploaded
