"""An agent that acts at random and learns from it: REINFORCE with advantages, as in A2C."""

import torch


class _Agent(torch.nn.Module):
    def __init__(self, policy, draw):
        super().__init__()
        self.policy, self.draw = policy, draw

    def forward(self, states, actions=None):
        log_pi = torch.log_softmax(self.policy(states), dim=1)
        if actions is None:
            actions = (log_pi.exp().cumsum(dim=1)[:, :-1] <= self.draw(len(states))[:, None]).sum(dim=1)
        return actions, log_pi.gather(1, actions[:, None]).squeeze(1)


def make_agent(policy, draw):
    """Return an agent, a module with the parameters of `policy`, for `collect` and `learn`.

    policy: module, (steps, features) -> (steps, actions), the logits of pi
    draw:   draw(n) gives n uniform numbers in [0, 1), on the device of the states, such as torch.rand
    """
    return _Agent(policy, draw)


def collect(agent, states):
    """Let the agent act once in every state; return the rollout: states and actions, a dict.

    states: (steps, features). The actions are (steps,) int64; one draw for each step picks them along
    the cumulative probabilities.
    """
    with torch.no_grad():
        actions, _ = agent(states)
    return {"states": states, "actions": actions}


def learn(agent, optimizer, rollout, advantages):
    """Take one step on -mean(A * log pi(a|s)), for the actions of the rollout; return this loss, a float.

    rollout:    from `collect`, by this agent or by another, and used any number of times: pi is the
                policy of `agent` as it is at the call
    advantages: (steps,), how much more each action earned than expected: constants, dtype of the states
    The parameters of agent keep the gradients of this step in `.grad`. Raises ValueError, before
    anything changes, for an empty rollout, and unless there is one advantage per step, naming the shapes.
    """
    _check(rollout, advantages)
    # The advantages belong to these actions: score them, don't act again.
    _, log_probs = agent(rollout["states"], rollout["actions"])
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
