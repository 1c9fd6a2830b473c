"""The rollout keeps its draws, and the update uses them again. They pick the same actions only as long as
the policy hasn't moved; after one step, or for another agent, they pick others.
"""

import torch


class _Agent(torch.nn.Module):
    def __init__(self, policy, draw):
        super().__init__()
        self.policy, self.draw = policy, draw

    def forward(self, states, draws):
        log_pi = torch.log_softmax(self.policy(states), dim=1)
        actions = (log_pi.exp().cumsum(dim=1)[:, :-1] <= draws[:, None]).sum(dim=1)
        return actions, log_pi.gather(1, actions[:, None]).squeeze(1)


def make_agent(policy, draw):
    return _Agent(policy, draw)


def collect(agent, states):
    draws = agent.draw(len(states))
    with torch.no_grad():
        actions, _ = agent(states, draws)
    return {"states": states, "actions": actions, "draws": draws}


def learn(agent, optimizer, rollout, advantages):
    _check(rollout, advantages)
    _, log_probs = agent(rollout["states"], rollout["draws"])
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
