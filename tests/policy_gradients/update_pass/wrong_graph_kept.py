"""The rollout's log-probabilities keep the graph from when they were collected. That works for one step;
the next step with the same rollout raises.
"""

import torch


class _Agent(torch.nn.Module):
    def __init__(self, policy, draw):
        super().__init__()
        self.policy, self.draw = policy, draw

    def forward(self, states):
        log_pi = torch.log_softmax(self.policy(states), dim=1)
        actions = (log_pi.exp().cumsum(dim=1)[:, :-1] <= self.draw(len(states))[:, None]).sum(dim=1)
        return actions, log_pi.gather(1, actions[:, None]).squeeze(1)


def make_agent(policy, draw):
    return _Agent(policy, draw)


def collect(agent, states):
    actions, log_probs = agent(states)
    return {"states": states, "actions": actions, "log_probs": log_probs}


def learn(agent, optimizer, rollout, advantages):
    _check(rollout, advantages)
    log_probs = rollout["log_probs"]
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
