"""Train a decoder on packed documents, in steps of several small batches.

Every batch of an epoch counts: the last step is made of what is left. How a step's rows are divided into
batches changes nothing but the memory that it takes.

python train.py
"""

import math
from dataclasses import dataclass

import torch

import data
from evaluate import mean_loss, summed_loss, write
from model import Decoder


@dataclass
class Config:
    texts: int = 400
    length: int = 72
    width: int = 48
    heads: int = 4
    depth: int = 2
    epochs: int = 6
    micro_batch: int = 4  # rows
    accumulate: int = 3  # small batches per step
    lr: float = 0.01
    weight_decay: float = 0.05
    warmup: int = 10  # steps
    max_norm: float = 1.0
    seed: int = 0


def make_model(config, dtype=torch.bfloat16):
    torch.manual_seed(config.seed)
    return Decoder(data.VOCABULARY, config.length, config.width, config.heads, config.depth, dtype)


def make_optimizer(model, config):
    """AdamW over all parameters, each once; tables and matrices decay, the weights of norms don't."""
    parameters = list(model.parameters())
    groups = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=config.lr, betas=(0.9, 0.98))


def steps_per_epoch(rows, config):
    return math.ceil(math.ceil(len(rows.tokens) / config.micro_batch) / config.accumulate)


def make_schedule(optimizer, config, steps):
    """Up to config.lr in `warmup` steps, then along a cosine to a tenth of it after `steps` steps in all."""

    def factor(step):
        if step < config.warmup:
            return (step + 1) / config.warmup
        progress = min(1.0, (step - config.warmup) / max(1, steps - config.warmup))
        return 0.1 + 0.45 * (1 + math.cos(math.pi * progress))

    return torch.optim.lr_scheduler.LambdaLR(optimizer, factor)


def train_step(model, optimizer, group, max_norm):
    """One step on the mean loss over all targets of a group, a list of Rows; clipped to max_norm.

    Returns the loss and the norm before clipping, floats.
    """
    count = sum(int((rows.targets != data.IGNORED).sum()) for rows in group)
    optimizer.zero_grad()
    total = 0.0
    for rows in group:
        loss, _ = summed_loss(model, rows)
        (loss / count).backward()
        total += loss.item()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    return total / count, norm.item()


def groups(batches, size):
    """Lists of `size` batches, in order."""
    group = []
    for batch in batches:
        group.append(batch)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


def fit(model, rows, held_out, config, log=None):
    """Train for all epochs; calls log(epoch, lr, loss, norm, loss on held_out) after each, with means."""
    optimizer = make_optimizer(model, config)
    schedule = make_schedule(optimizer, config, config.epochs * steps_per_epoch(rows, config))
    generator = torch.Generator().manual_seed(config.seed)
    for epoch in range(1, config.epochs + 1):
        steps = []
        for group in groups(data.batches(rows, config.micro_batch, generator), config.accumulate):
            steps.append(train_step(model, optimizer, group, config.max_norm))
            schedule.step()
        losses, norms = zip(*steps)
        if log is not None:
            lr = optimizer.param_groups[0]["lr"]
            log(epoch, lr, sum(losses) / len(steps), sum(norms) / len(steps), mean_loss(model, held_out))


def main():
    torch.set_num_threads(1)  # so little is done at once that more threads only wait
    config = Config()
    rows = data.pack(data.documents(config.texts, 1), config.length)
    held_out = data.pack(data.documents(60, 2), config.length)

    def log(epoch, lr, loss, norm, held):
        print(f"epoch {epoch}  lr {lr:.5f}  loss {loss:.3f}  norm {norm:.2f}  held out {held:.3f}")

    model = make_model(config)
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(rows.tokens)} rows")
    print(f"before  held out {mean_loss(model, held_out):.3f}, {math.log(data.VOCABULARY):.3f} by chance")
    fit(model, rows, held_out, config, log)
    alone = data.Rows(*map(torch.cat, zip(*(data.pack([text], 40) for text in data.documents(60, 2)))))
    print(f"held out, one to a row {mean_loss(model, alone):.3f}")
    for prompt in "lena ", "tom takes a ":
        print(f"{prompt!r} {write(model, prompt, 48)!r}")


if __name__ == "__main__":
    main()
