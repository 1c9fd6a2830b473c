"""Proximal policy optimization (Schulman et al., 2017) on a gridworld, measured against exact values.

python train.py
"""

import copy
from dataclasses import dataclass
from typing import NamedTuple

import torch

from model import ActorCritic
from rollout import Rollout
from world import GridWorld


@dataclass
class Config:
    layout: tuple = ("S..#.", ".#..T", "...#.", ".T..G")
    slip: float = 0.1
    step_cost: float = 0.02
    limit: int = 6  # steps until a game is cut off
    games: int = 16
    steps: int = 16  # of each game, between two updates
    updates: int = 24
    epochs: int = 4
    minibatch: int = 64
    hidden: int = 32
    lr: float = 0.008
    gamma: float = 0.95
    lam: float = 0.9
    clip: float = 0.2
    value_coef: float = 0.5
    entropy_coef: float = 0.08
    max_norm: float = 0.5
    seed: int = 4


class Record(NamedTuple):
    """One line of the log: what an update did, and how good the policy is after it."""

    update: int  # counted from 1
    lr: float  # with which this update was made
    worth: float  # exact value of the start under the policy
    critic_error: float  # root mean square over the free cells, against the exact values of the policy
    entropy: float
    kl: float  # estimated, from the policy that played to the one of the last minibatch
    clipped: float  # share of the last minibatch whose ratio has left the clip range


def collect(world, model, steps, generator):
    """Plays `steps` steps of all games with the model's policy, and returns them as a Rollout."""
    rollout = Rollout()
    for _ in range(steps):
        states = world.states.clone()
        actions, log_probs = model.act(states, generator)
        rollout.add(states, actions, log_probs, world.step(actions))
    return rollout


def ppo_loss(model, batch, config):
    """The loss of a Batch, a scalar with its graph, and a dict of three numbers for the
    log: the mean entropy, the estimated kl, and the share of ratios that have left the clip range, clipped.

    The policy term is minus the clipped objective of the paper (equation 7). The value term, times
    value_coef, is half the mean of the larger of two squared errors: that of the value, and that of the
    value held within `clip` of what the critic said at the time of the rollout. The mean entropy earns a
    bonus of entropy_coef.
    """
    log_probs, entropy, values = model.judge(batch.states, batch.actions)
    log_ratio = log_probs - batch.log_probs
    ratio = log_ratio.exp()
    held = ratio.clamp(1 - config.clip, 1 + config.clip)
    policy_term = -torch.min(ratio * batch.advantages, held * batch.advantages).mean()

    near = batch.values + (values - batch.values).clamp(-config.clip, config.clip)
    errors = torch.max((values - batch.returns).square(), (near - batch.returns).square())
    value_term = 0.5 * errors.mean()

    loss = policy_term + config.value_coef * value_term - config.entropy_coef * entropy.mean()
    with torch.no_grad():
        kl = (ratio - 1 - log_ratio).mean().item()
        clipped = ((ratio - 1).abs() > config.clip).float().mean().item()
    return loss, {"entropy": entropy.mean().item(), "kl": kl, "clipped": clipped}


def update(model, optimizer, batch, config, generator):
    """Several epochs of steps on one Batch, each on the gradient of one minibatch, clipped to max_norm.

    Returns the numbers of the last minibatch.
    """
    for _ in range(config.epochs):
        for rows in torch.randperm(len(batch.states), generator=generator).split(config.minibatch):
            loss, numbers = ppo_loss(model, batch.take(rows), config)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), config.max_norm)
            optimizer.step()
    return numbers


@torch.no_grad()
def evaluate(world, model, gamma):
    """Exact value of the start under the model's policy, and how far off the critic is (see Record)."""
    cells = torch.arange(len(world.letters))
    exact = world.values(model.policy(cells).probs, gamma)
    error = (model.value(cells) - exact)[world.free].square().mean().sqrt()
    return exact[world.start].item(), error.item()


def train(config, log=None):
    """Trains as the config says.

    The learning rate falls on a straight line, from `lr` at the first update to lr / updates at the last.
    Calls log(record) after each update. Returns the world, the model as it was after the best update
    (by worth; the first of equals), and the list of all Records.
    """
    torch.manual_seed(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    world = GridWorld(config.layout, config.slip, config.step_cost, config.limit, config.games, generator)
    model = ActorCritic(world.legal, config.hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.lr, eps=1e-5, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda done: 1 - done / config.updates)
    records, best, kept = [], float("-inf"), None
    for number in range(1, config.updates + 1):
        lr = schedule.get_last_lr()[0]
        batch = collect(world, model, config.steps, generator).batch(model.value, config.gamma, config.lam)
        numbers = update(model, optimizer, batch, config, generator)
        schedule.step()
        worth, error = evaluate(world, model, config.gamma)
        records.append(Record(number, lr, worth, error, **numbers))
        if worth > best:
            best, kept = worth, copy.deepcopy(model.state_dict())
        if log is not None:
            log(records[-1])
    model.load_state_dict(kept)
    return world, model, records


def main():
    torch.set_num_threads(1)  # so little is done at once that more threads only wait
    config = Config()

    def log(record):
        if record.update == 1 or record.update % 3 == 0:
            print(
                f"{record.update:6d}  {record.lr:.5f}  {record.worth:6.3f}  {record.critic_error:10.3f}"
                f"  {record.entropy:7.3f}  {record.kl:6.4f}  {record.clipped:7.2f}"
            )

    print("update       lr   worth  critic off  entropy      kl  clipped")
    world, model, records = train(config, log)
    worth, _ = evaluate(world, model, config.gamma)
    best = world.best_values(config.gamma)[world.start].item()
    top = max(records, key=lambda record: record.worth)
    print(f"best after update {top.update} ({top.worth:.4f}); kept {worth:.4f} of {best:.4f} possible")


if __name__ == "__main__":
    main()
