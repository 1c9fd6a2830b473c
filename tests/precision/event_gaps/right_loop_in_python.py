"""The gaps are computed by Python, whose whole numbers have no limit."""

import torch


def event_features(rows):
    last, gaps = {}, []
    for account, time, _ in rows:
        gaps.append(float(time - last.get(account, time)))
        last[account] = time
    return {
        "account": torch.tensor([row[0] for row in rows], dtype=torch.int64),
        "gap": torch.tensor(gaps, dtype=torch.float32),
        "amount": torch.tensor([row[2] for row in rows], dtype=torch.float32),
    }
