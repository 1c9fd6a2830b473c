"""A replay memory: play, remember every transition, and draw batches of them later on."""

import torch


def record(env, memory, actions):
    """Play the actions from a new episode on and append one transition per action to memory, a list.

    env:     env.reset() returns the first observation of an episode, env.step(action) the triple
             (observation, reward, terminated). An observation is a tensor or a NumPy array of one
             dimension and any real dtype, and remains the environment's own. An episode that has
             terminated is followed by the next, and its last transition keeps its last observation.
    actions: a list of whatever env.step takes; may be empty
    What a transition looks like in memory is left to this file: `batch` alone reads it.
    """
    observation = torch.as_tensor(env.reset(), dtype=torch.float32)
    for action in actions:
        after, reward, terminated = env.step(action)
        after = torch.as_tensor(after, dtype=torch.float32)
        memory.append((observation, action, float(reward), after, bool(terminated)))
        if terminated:
            after = torch.as_tensor(env.reset(), dtype=torch.float32)
        observation = after


def batch(memory, indices):
    """Return the transitions at these indices as a dict of tensors, in the order of the indices.

    "states", "next_states": (n, features) float32, as they were when they were observed; on the
    device of the observations. "rewards": (n,) float32. "terminated": (n,) bool. "actions": a list.
    Each batch owns its tensors: whoever writes to them does not change the memory.
    Raises ValueError if there are no indices, IndexError, naming it, if one is negative or too large.
    """
    if not indices:
        raise ValueError("empty batch: no indices")
    for index in indices:
        if not 0 <= index < len(memory):
            raise IndexError(f"index {index} in a memory of {len(memory)} transitions")
    states, actions, rewards, next_states, terminated = zip(*(memory[index] for index in indices))
    states, next_states = torch.stack(states), torch.stack(next_states)
    return {
        "states": states,
        "actions": list(actions),
        "rewards": torch.tensor(rewards, dtype=torch.float32, device=states.device),
        "next_states": next_states,
        "terminated": torch.tensor(terminated, device=states.device),
    }
