"""The actor's loss of an actor-critic: how much better was an action than the critic expected?"""

import torch


def actor_loss(policy, critic, states, actions, returns):
    """Return -mean(A_t * log pi(a_t|s_t)), a scalar whose graph reaches the policy and not the critic.

    The advantages A_t = G_t - V(s_t) are constants. Each step is measured against the value of its own
    state: where the critic knew every return beforehand, there is nothing to learn.
    policy:  module, (steps, features) -> (steps, actions), the logits of pi
    critic:  module, (steps, features) -> (steps, 1), the values V
    states:  (steps, features); actions: (steps,) int64
    returns: (steps,), the returns G, in the dtype of the states
    Raises ValueError if there are no steps, and if actions or returns have another shape, naming both
    that shape and the right one.
    """
    _check(states, actions, returns)
    with torch.no_grad():
        # (steps,) like the returns: a column minus a row would compare every return with every value.
        values = critic(states).squeeze(1)
        advantages = returns - values
    log_pi = torch.log_softmax(policy(states), dim=1)
    log_probs = log_pi.gather(1, actions[:, None]).squeeze(1)
    return -(advantages * log_probs).mean()


def _check(states, actions, returns):
    for name, tensor in (("actions", actions), ("returns", returns)):
        if tensor.shape != states.shape[:1]:
            raise ValueError(f"{name} {tuple(tensor.shape)} for steps {tuple(states.shape[:1])}")
    if len(states) == 0:
        raise ValueError("empty rollout")
