"""Value learning with a target network: the targets change now and then, the critic at every update."""

import copy

import torch


def train(critic, batches, gamma, lr, renew_every):
    """Fit critic to the batches, in their order, by one step of SGD each; return the losses, floats.

    The loss is 0.5 * mean((y - V(s))**2), with y = r + gamma * V'(s'), or y = r where terminated. V'
    is critic as it was at the last renewal (Mnih et al., Nature 518, 2015): the first update and every
    renew_every-th after it renew V' before they use it.

    critic:      (transitions, features) -> (transitions, 1), the values V
    batches:     a list of (states, rewards, next_states, terminated): (transitions, features) twice,
                 (transitions,) in the dtype of the states, and (transitions,) bool
    renew_every: 1 or more; 1 means that V' is the critic as it is before each update
    The parameters of critic keep the gradient of the last update in `.grad`.
    Raises ValueError, before the first update: if renew_every is below 1, if there are no batches, or
    if a batch is empty or has rewards of another shape than (transitions,), naming both and the batch.
    """
    _check(batches, renew_every)
    optimizer = torch.optim.SGD(critic.parameters(), lr=lr)
    target = copy.copy(critic)
    losses = []
    for update, (states, rewards, next_states, terminated) in enumerate(batches):
        if update % renew_every == 0:
            target.load_state_dict(critic.state_dict())
        with torch.no_grad():
            next_values = target(next_states).squeeze(1)
        targets = rewards + gamma * torch.where(terminated, 0.0, next_values)
        loss = 0.5 * (targets - critic(states).squeeze(1)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def _check(batches, renew_every):
    if renew_every < 1:
        raise ValueError(f"renew_every is {renew_every}; the least is 1")
    if not batches:
        raise ValueError("no batches")
    for k, (states, rewards, *_) in enumerate(batches):
        if len(states) == 0:
            raise ValueError(f"batch {k} is empty")
        if rewards.shape != states.shape[:1]:
            raise ValueError(f"batch {k}: rewards {tuple(rewards.shape)}, states {tuple(states.shape)}")
