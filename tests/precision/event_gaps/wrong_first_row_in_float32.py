"""Small times are exact in float32, but only those of the first half year are small: after 16777216 seconds,
the rounding is back."""

import torch


def event_features(rows):
    start = rows[0][1]
    account = torch.tensor([row[0] for row in rows])
    time = torch.tensor([row[1] - start for row in rows], dtype=torch.float32)
    amount = torch.tensor([row[2] for row in rows])
    same = account.unsqueeze(1) == account.unsqueeze(0)
    earlier = torch.ones_like(same).tril(diagonal=-1)
    last = torch.where(same & earlier, time, -torch.inf).amax(dim=1)
    gap = torch.where(last.isfinite(), time - last, 0.0)
    return {"account": account, "gap": gap.float(), "amount": amount.float()}
