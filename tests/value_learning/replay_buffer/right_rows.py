"""Two consecutive rows of memory per transition, into which the observations are written."""

import torch


def record(env, memory, actions):
    now = torch.as_tensor(env.reset())
    for action in actions:
        rows = torch.empty(2, len(now), dtype=torch.float32, device=now.device)
        rows[0] = now
        after, reward, terminated = env.step(action)
        rows[1] = torch.as_tensor(after)
        memory.append((rows[0], action, float(reward), rows[1], bool(terminated)))
        if terminated:
            rows = [None, torch.as_tensor(env.reset())]
        now = rows[1]


def batch(memory, indices):
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
