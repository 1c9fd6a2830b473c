"""Pretrain a backbone on a large old task, then fine-tune adapters and a new head on a small new one.

What is learned of the new task, its scale included, is learned from the training part alone. All that
isn't frozen trains.

python train.py
"""

import copy
import math
from dataclasses import dataclass

import torch
from torch.nn import functional

import data
import evaluate
from model import Classifier, load_small_state, make_backbone, small_state


@dataclass
class Config:
    width: int = 48
    rank: int = 4
    alpha: float = 16.0
    old_samples: int = 4000
    sizes: tuple = (1000, 400, 600)  # of training, validation and test
    pretrain_epochs: int = 4
    epochs: int = 30
    batch_size: int = 64
    lr: float = 0.003
    weight_decay: float = 0.01
    warmup: int = 20  # steps
    max_norm: float = 1.0
    patience: int = 6  # epochs without a better validation loss
    seed: int = 1


def class_weights(labels, classes=2):
    """One weight per class, (classes,), so that all classes count the same: samples / (classes * count)."""
    counts = torch.bincount(labels, minlength=classes)
    return len(labels) / (classes * counts.clamp_min(1))


def pretrain(config):
    """The backbone of a Classifier that was trained on the old task."""
    torch.manual_seed(config.seed)
    table = data.old_task(config.old_samples, config.seed)
    table = data.Scaling(table.inputs)(table)
    model = Classifier(make_backbone(config.width), config.width, 4)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(config.seed)
    for _ in range(config.pretrain_epochs):
        for batch in data.batches(table, 128, generator):
            loss = functional.cross_entropy(model(batch.inputs), batch.labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.backbone


def prepare(config):
    """Training, validation and test Tables of the new task, scaled."""
    generator = torch.Generator().manual_seed(config.seed)
    parts = data.split(data.new_task(2000, config.seed + 1), config.sizes, generator)
    scaling = data.Scaling(parts[0].inputs)
    return [scaling(part) for part in parts]


def make_optimizer(model, config):
    """AdamW for a Classifier; decay acts on matrices alone, and not on biases."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    matrices = [parameter for parameter in trained if parameter.dim() > 1]
    others = [parameter for parameter in trained if parameter.dim() <= 1]
    groups = [
        {"params": matrices, "weight_decay": config.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=config.lr, fused=True)


def make_schedule(optimizer, config, steps):
    """Linear warm-up over `config.warmup` steps, then a cosine down to 0 after `steps` steps in all."""

    def factor(step):
        if step < config.warmup:
            return (step + 1) / config.warmup
        progress = (step - config.warmup) / max(1, steps - config.warmup)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))

    return torch.optim.lr_scheduler.LambdaLR(optimizer, factor)


def train_step(model, optimizer, batch, weights, max_norm):
    """One step on the weighted mean cross entropy of a batch, its gradient clipped to max_norm.

    Returns the loss and the norm before clipping, floats.
    """
    model.train()
    loss = functional.cross_entropy(model(batch.inputs), batch.labels, weight=weights)
    optimizer.zero_grad()
    loss.backward()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    norm = torch.nn.utils.clip_grad_norm_(trained, max_norm)
    optimizer.step()
    return loss.item(), norm.item()


def fine_tune(model, train, valid, config, log=None):
    """Train until the validation loss hasn't been better for `patience` epochs, or for all epochs.

    Calls log(epoch, train_loss, valid_loss, norm) after each epoch, with the means over its steps. The model
    ends with the state of its best epoch, and in evaluation mode. Returns the class weights and a list of the
    validation losses.
    """
    weights = class_weights(train.labels)
    optimizer = make_optimizer(model, config)
    steps = math.ceil(len(train) / config.batch_size)
    schedule = make_schedule(optimizer, config, steps * config.epochs)
    generator = torch.Generator().manual_seed(config.seed)
    history, best = [], None
    for epoch in range(1, config.epochs + 1):
        losses, norms = [], []
        for batch in data.batches(train, config.batch_size, generator):
            loss, norm = train_step(model, optimizer, batch, weights, config.max_norm)
            schedule.step()
            losses.append(loss)
            norms.append(norm)
        history.append(evaluate.mean_loss(model, valid, weights))
        if log is not None:
            log(epoch, sum(losses) / len(losses), history[-1], sum(norms) / len(norms))
        if history[-1] == min(history):
            best = epoch, small_state(model)
        elif epoch - best[0] >= config.patience:
            break
    load_small_state(model, best[1])
    model.eval()
    return weights, history


def main():
    torch.set_num_threads(1)  # so little is done at once that more threads only wait
    config = Config()
    backbone = pretrain(config)
    train, valid, test = prepare(config)
    model = Classifier(copy.deepcopy(backbone), config.width, 2, config.rank, config.alpha)

    def log(epoch, train_loss, valid_loss, norm):
        if epoch <= 2 or epoch % 4 == 0:
            print(f"epoch {epoch:2d}  train {train_loss:.3f}  valid {valid_loss:.3f}  norm {norm:.2f}")

    weights, history = fine_tune(model, train, valid, config, log)
    best = min(range(len(history)), key=history.__getitem__) + 1
    kept = evaluate.mean_loss(model, valid, weights)
    found = evaluate.report(model, valid, test, weights)
    print(f"best epoch {best}: valid {min(history):.3f}, kept {kept:.3f}")
    print(f"threshold {found['threshold']:.3f}  test F1 {found['f1']:.3f}  off {found['off']:+.3f}")


if __name__ == "__main__":
    main()
