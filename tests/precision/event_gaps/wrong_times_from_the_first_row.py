"""Times count from the first row, so they're small and mostly exact. The accounts are still in a float32
table, where neighbors become one.
"""

import torch


def event_features(rows):
    start = rows[0][1]
    table = torch.tensor([(a, t - start, x) for a, t, x in rows])  # (rows, 3)
    account, time, amount = table.unbind(dim=1)
    account = account.long()
    same = account.unsqueeze(1) == account.unsqueeze(0)  # (rows, rows)
    earlier = torch.ones_like(same).tril(diagonal=-1)
    # -inf where there's no such row: it never wins, and it's found again below.
    last = torch.where(same & earlier, time, -torch.inf).amax(dim=1)
    gap = torch.where(last.isfinite(), time - last, 0.0)
    return {"account": account, "gap": gap.float(), "amount": amount.float()}
