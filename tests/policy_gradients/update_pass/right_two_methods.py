"""Two methods: one to act, and one to score actions that were taken before."""

import torch


class _Agent(torch.nn.Module):
    def __init__(self, policy, draw):
        super().__init__()
        self.policy, self.draw = policy, draw

    def forward(self, states):
        pi = torch.softmax(self.policy(states), dim=1)
        return (pi.cumsum(dim=1)[:, :-1] <= self.draw(len(states))[:, None]).sum(dim=1)

    def evaluate(self, states, actions):
        return -torch.nn.functional.cross_entropy(self.policy(states), actions, reduction="none")


def make_agent(policy, draw):
    return _Agent(policy, draw)


def collect(agent, states):
    with torch.no_grad():
        actions = agent(states)
    return {"states": states, "actions": actions}


def learn(agent, optimizer, rollout, advantages):
    _check(rollout, advantages)
    log_probs = agent.evaluate(rollout["states"], rollout["actions"])
    loss = -(advantages * log_probs).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def _check(rollout, advantages):
    if advantages.shape != rollout["actions"].shape:
        raise ValueError(f"advantages {tuple(advantages.shape)} for steps {tuple(rollout['actions'].shape)}")
    if len(advantages) == 0:
        raise ValueError("empty rollout")
