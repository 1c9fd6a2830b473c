"""The update repeats the draws of the last rollout. They pick the same actions only as long as the policy
hasn't moved; after one step, or with another agent's rollout, they pick others.
"""

import torch


class _Agent(torch.nn.Module):
    def __init__(self, policy, draw):
        super().__init__()
        self.policy, self.draw, self.draws = policy, draw, None

    def forward(self, states, again=False):
        log_pi = torch.log_softmax(self.policy(states), dim=1)
        if not again or self.draws is None:
            self.draws = self.draw(len(states))
        actions = (log_pi.exp().cumsum(dim=1)[:, :-1] <= self.draws[:, None]).sum(dim=1)
        return actions, log_pi.gather(1, actions[:, None]).squeeze(1)


def make_agent(policy, draw):
    return _Agent(policy, draw)


def collect(agent, states):
    with torch.no_grad():
        actions, _ = agent(states)
    return {"states": states, "actions": actions}


def learn(agent, optimizer, rollout, advantages):
    _check(rollout, advantages)
    _, log_probs = agent(rollout["states"], again=True)
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
