"""The copies are made when the transition is stored. By then the environment has taken its step,
and what is copied as the state is what came after it.
"""

import torch


def record(env, memory, actions):
    observation = torch.as_tensor(env.reset(), dtype=torch.float32)
    for action in actions:
        after, reward, terminated = env.step(action)
        after = torch.as_tensor(after, dtype=torch.float32)
        memory.append((observation.clone(), action, float(reward), after.clone(), bool(terminated)))
        if terminated:
            after = torch.as_tensor(env.reset(), dtype=torch.float32)
        observation = after


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
