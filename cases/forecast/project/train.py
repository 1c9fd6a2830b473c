"""A recurrent forecaster of an hourly load curve, against two baselines.

Its weights and its scale come from the training hours alone.

python train.py
"""

import copy
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F

import data
import evaluate
from model import Forecaster


@dataclass
class Config:
    hours: int = 168 * 16
    held_out: int = 168 * 2  # for the test; as many before these are for validation
    rows: int = 8
    segment: int = 16
    hidden: int = 32
    dropout: float = 0.2
    epochs: int = 24
    lr: float = 0.01
    max_norm: float = 0.5
    patience: int = 3  # epochs without a better validation until the rate is halved
    seed: int = 2


class Record(NamedTuple):
    """One epoch: its number from 1, its rate, mean loss per forecast, and the validation error after it."""

    epoch: int
    lr: float
    loss: float
    error: float


def run_epoch(model, optimizer, streams, config):
    """One pass along streams (rows, hours) by truncated backpropagation through time, from a state of zeros.

    Takes a step per segment and returns the mean loss per forecast, a float. The loss of a
    segment is the mean of smooth_l1 over its forecasts; gradients are clipped to max_norm.
    """
    model.train()
    state, total, count = None, 0.0, 0
    for inputs, targets in data.segments(streams, config.segment):
        forecasts, state = model(inputs, state)
        loss = F.smooth_l1_loss(forecasts, targets)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), config.max_norm)
        optimizer.step()
        state = state.detach()
        total += loss.item() * targets.numel()
        count += targets.numel()
    return total / count


def fit(series, config, log=None):
    """Trains on series (hours,) without the last 2 * held_out hours; validates on the first half of them.

    The validation chooses the epoch whose model is kept, and when the rate is halved, and nothing else.
    Returns model, normalizer and the list of Records. Calls log(record) after each epoch.
    """
    torch.manual_seed(config.seed)
    past, _ = data.split(series, config.held_out)
    train_part, valid_part = data.split(past, config.held_out)
    normalizer = data.Normalizer(train_part)
    streams = data.streams(normalizer(train_part), config.rows)
    model = Forecaster(config.hidden, config.dropout)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.lr, fused=True)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=config.patience)
    records, best, kept = [], float("inf"), None
    for epoch in range(1, config.epochs + 1):
        lr = optimizer.param_groups[0]["lr"]
        loss = run_epoch(model, optimizer, streams, config)
        error = evaluate.one_hour_error(model, normalizer, train_part, valid_part)
        schedule.step(error)
        records.append(Record(epoch, lr, loss, error))
        if error < best:
            best, kept = error, copy.deepcopy(model.state_dict())
        if log is not None:
            log(records[-1])
    model.load_state_dict(kept)
    return model, normalizer, records


def main():
    torch.set_num_threads(1)  # so little is done at once that more threads only wait
    config = Config()
    series = data.load_curve(config.hours, config.seed)

    def log(record):
        if record.epoch == 1 or record.epoch % 4 == 0:
            print(
                f"epoch {record.epoch:2d}  lr {record.lr:.5f}  loss {record.loss:.5f}"
                f"  validation error {record.error:.3f}"
            )

    model, normalizer, records = fit(series, config, log)
    past, future = data.split(series, config.held_out)
    hour = evaluate.one_hour_error(model, normalizer, past, future)
    kept = evaluate.one_hour_error(model, normalizer, *data.split(past, config.held_out))
    print(f"best validation {min(record.error for record in records):.3f}, kept model {kept:.3f}")
    print(f"test {hour:.3f}, as an hour ago {evaluate.last_value_error(past, future):.3f}, ", end="")
    print(f"as a week ago {evaluate.last_week_error(past, future):.3f}")


if __name__ == "__main__":
    main()
