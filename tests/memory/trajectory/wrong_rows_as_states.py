"""The rows of one tensor serve as the states. `step` saves a row for its derivative, then the next row is
written into the same tensor, and `backward()` refuses."""


def simulate(step, state, steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    state = state.clone()
    trajectory = state.new_empty(steps, *state.shape)
    for number in range(steps):
        trajectory[number] = step(state if number == 0 else trajectory[number - 1])
    return trajectory
