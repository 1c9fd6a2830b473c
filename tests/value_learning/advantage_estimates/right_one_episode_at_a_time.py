"""The rollout is cut into its episodes, and each of them is summed up on its own."""


def advantages(rewards, values, dones, last_value, gamma, lam):
    _check(rewards, values, dones)
    estimates = []
    ends = [t + 1 for t, done in enumerate(dones.tolist()) if done]
    for start, end in zip([0, *ends], [*ends, len(values)]):
        after = 0.0 if end in ends else last_value
        guesses = [*values[start:end].tolist(), after]
        part, running = [], 0.0
        for t in reversed(range(end - start)):
            delta = rewards[start + t].item() + gamma * guesses[t + 1] - guesses[t]
            running = delta + gamma * lam * running
            part.insert(0, running)
        estimates += part
    return values.new_tensor(estimates)


def _check(rewards, values, dones):
    shapes = [tuple(tensor.shape) for tensor in (rewards, values, dones)]
    if shapes != [(rewards.numel(),)] * 3:
        raise ValueError(f"rewards, values and dones have the shapes {shapes}")
    if len(rewards) == 0:
        raise ValueError("empty rollout")
    if values.requires_grad:
        raise ValueError("values must be constants, but they require a gradient")
