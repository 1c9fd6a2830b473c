"""The memory holds lists of numbers; the batch makes tensors of them."""

import torch


def record(env, memory, actions):
    device = getattr(observation := env.reset(), "device", None)
    observation = torch.as_tensor(observation).tolist()
    for action in actions:
        after, reward, terminated = env.step(action)
        after = torch.as_tensor(after).tolist()
        memory.append((observation, action, float(reward), after, bool(terminated), device))
        if terminated:
            after = torch.as_tensor(env.reset()).tolist()
        observation = after


def batch(memory, indices):
    if not indices:
        raise ValueError("empty batch: no indices")
    for index in indices:
        if not 0 <= index < len(memory):
            raise IndexError(f"index {index} in a memory of {len(memory)} transitions")
    states, actions, rewards, next_states, terminated, devices = zip(*(memory[index] for index in indices))
    device = devices[0] if isinstance(devices[0], torch.device) else "cpu"
    states = torch.tensor(states, dtype=torch.float32, device=device)
    next_states = torch.tensor(next_states, dtype=torch.float32, device=device)
    return {
        "states": states,
        "actions": list(actions),
        "rewards": torch.tensor(rewards, dtype=torch.float32, device=states.device),
        "next_states": next_states,
        "terminated": torch.tensor(terminated, device=states.device),
    }
