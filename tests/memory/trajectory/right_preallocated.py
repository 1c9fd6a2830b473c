"""The tensor is created once, at full size, and each state is written into its row."""


def simulate(step, state, steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    state = state.clone()
    trajectory = state.new_empty(steps, *state.shape)
    for number in range(steps):
        state = step(state)
        trajectory[number] = state
    return trajectory
