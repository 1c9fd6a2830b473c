"""Whole numbers become int64, and each column its own tensor."""

import torch


def event_features(rows):
    accounts, times, amounts = zip(*rows)
    account, amount = torch.tensor(accounts), torch.tensor(amounts, dtype=torch.float32)
    time = torch.tensor(times).double()
    same = account.unsqueeze(1) == account.unsqueeze(0)
    earlier = torch.ones_like(same).tril(diagonal=-1)
    last = torch.where(same & earlier, time, -torch.inf).amax(dim=1)
    gap = torch.where(last.isfinite(), time - last, 0.0)
    return {"account": account, "gap": gap.float(), "amount": amount.float()}
