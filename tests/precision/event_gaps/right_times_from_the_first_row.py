"""Accounts are int64, and times count from the first row, as whole numbers."""

import torch


def event_features(rows):
    start = rows[0][1]
    account = torch.tensor([row[0] for row in rows], dtype=torch.int64)
    time = torch.tensor([row[1] - start for row in rows], dtype=torch.float64)
    amount = torch.tensor([row[2] for row in rows], dtype=torch.float32)
    same = account.unsqueeze(1) == account.unsqueeze(0)
    earlier = torch.ones_like(same).tril(diagonal=-1)
    last = torch.where(same & earlier, time, -torch.inf).amax(dim=1)
    gap = torch.where(last.isfinite(), time - last, 0.0)
    return {"account": account, "gap": gap.float(), "amount": amount.float()}
