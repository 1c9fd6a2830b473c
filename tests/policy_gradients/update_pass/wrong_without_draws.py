"""Without randomness the update does find the rollout's actions again. But the agent always takes the
most likely action, and never finds out what the others pay.
"""

import torch


class _Agent(torch.nn.Module):
    def __init__(self, policy, draw):
        super().__init__()
        self.policy, self.draw = policy, draw

    def forward(self, states):
        log_pi = torch.log_softmax(self.policy(states), dim=1)
        actions = log_pi.argmax(dim=1)
        return actions, log_pi.gather(1, actions[:, None]).squeeze(1)


def make_agent(policy, draw):
    return _Agent(policy, draw)


def collect(agent, states):
    with torch.no_grad():
        actions, _ = agent(states)
    return {"states": states, "actions": actions}


def learn(agent, optimizer, rollout, advantages):
    _check(rollout, advantages)
    _, log_probs = agent(rollout["states"])
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
