"""Features of events for a model that watches accounts: who, how much, how long after the last time."""

import torch


def event_features(rows):
    """Return accounts, gaps and amounts of events that are sorted by time.

    rows: list of (account, time, amount): whole numbers up to 10**15 and 10**11, the time in seconds since
          1970, and a float; at least one row, times ascending, equal ones allowed
    Returns a dict of tensors of shape (rows,): "account", int64; "gap", float32, the seconds since the last
    earlier row of the same account, which is 0 for its first; "amount", float32. Accounts are exact, gaps
    and amounts as exact as float32 can hold them.
    """
    table = torch.tensor(rows)  # (rows, 3)
    account, time, amount = table.unbind(dim=1)
    account = account.long()
    same = account.unsqueeze(1) == account.unsqueeze(0)  # (rows, rows)
    earlier = torch.ones_like(same).tril(diagonal=-1)
    # -inf where there's no such row: it never wins, and it's found again below.
    last = torch.where(same & earlier, time, -torch.inf).amax(dim=1)
    gap = torch.where(last.isfinite(), time - last, 0.0)
    return {"account": account, "gap": gap.float(), "amount": amount.float()}
