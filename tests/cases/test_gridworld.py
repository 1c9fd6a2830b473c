"""An agent on a gridworld: what its parts promise, against sums written out and exact values."""

import pytest
import torch

from torchkata.checks import close, equal

BOARD = ("S..", ".#T", "..G")
SMALL = {"layout": BOARD, "games": 4, "steps": 3, "updates": 3, "epochs": 2, "minibatch": 6, "hidden": 4}


def double(values):
    return torch.tensor(values, dtype=torch.float64)


def make_world(solution, slip=0.0, limit=5, games=4):
    return solution.world.GridWorld(BOARD, slip, 0.02, limit, games, torch.Generator().manual_seed(1))


def make_model(solution, world):
    torch.manual_seed(3)
    model = solution.model.ActorCritic(world.legal, 4).double()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    return model


def make_batch(solution, model, n=6, drift=0.0):
    """A batch that the model's policy has played, or one that is `drift` away from it."""
    generator = torch.Generator().manual_seed(5)
    states = torch.tensor([0, 1, 3, 6, 7, 0, 1, 3])[:n]
    actions, log_probs = model.act(states, generator)
    noise = torch.randn(3, n, generator=generator, dtype=torch.float64)
    values = model.value(states).detach()
    return solution.rollout.Batch(
        states, actions, log_probs + drift * noise[0].sign(), values, noise[1], values + 0.1 * noise[2]
    )


def estimates(solution, over=(), cut=(), games=2):
    """Advantages of three steps of two games, and the same sum written out for each step."""
    steps, gamma, lam = 3, 0.5, 0.5
    rewards = double([[1.0, 2.0], [4.0, 8.0], [16.0, 32.0]])[:, :games]
    values = double([[0.5, 0.25], [1.0, 3.0], [2.0, 5.0]])[:, :games]
    next_values = double([[10.0, 20.0], [30.0, 40.0], [50.0, 60.0]])[:, :games]
    terminated = torch.zeros(steps, games, dtype=torch.bool)
    truncated = torch.zeros(steps, games, dtype=torch.bool)
    for t in over:
        terminated[t] = True
    for t in cut:
        truncated[t] = True
    got = solution.rollout.gae(rewards, values, next_values, terminated, truncated, gamma, lam)
    rows = []
    for t in range(steps):
        total, weight = torch.zeros(games, dtype=torch.float64), 1.0
        for k in range(t, steps):
            after = 0.0 if k in over else 1.0
            total = total + weight * (rewards[k] + gamma * after * next_values[k] - values[k])
            weight *= gamma * lam
            if k in over or k in cut:
                break
        rows.append(total)
    return got, torch.stack(rows)


def test_advantages_of_games_that_go_on(solution):
    close(*estimates(solution), "advantages of three steps of two games")


def test_advantages_around_the_end_of_a_game(solution):
    close(*estimates(solution, over=[1]), "advantages where the second step ends both games")


def test_advantages_around_the_time_limit(solution):
    close(*estimates(solution, cut=[0]), "advantages where the first step is cut off")


def test_a_batch_holds_the_steps_in_order_with_their_returns(solution):
    """The critic is asked about the states as they were, and about where the steps led to."""
    step = solution.world.Step
    rollout = solution.rollout.Rollout()
    no = torch.tensor([False, False])
    for t, far in enumerate((1, 100, 1)):  # both games are cut off after the second step
        states = torch.tensor([t, t + 10])
        came = step(double([1.0, 2.0]), states + far, no, no if far == 1 else ~no)
        rollout.add(states, torch.tensor([0, 1]), double([-0.1 * t, -1.0]), came)
    batch = rollout.batch(lambda cells: cells.double(), 0.5, 0.0)
    wanted = [1.0 + 0.5 * 1, 2.0 + 0.5 * 11, 1.0 + 0.5 * 101, 2.0 + 0.5 * 111, 1.0 + 0.5 * 3, 2.0 + 0.5 * 13]
    close(batch.returns, wanted, "returns of a rollout whose critic names the cell")
    equal(batch.states.tolist(), [0, 10, 1, 11, 2, 12], "states of a rollout, step by step")
    equal(batch.actions.tolist(), [0, 1] * 3, "actions of a rollout, step by step")
    close(batch.log_probs, [0.0, -1.0, -0.1, -1.0, -0.2, -1.0], "log-probabilities, step by step")
    close(batch.advantages.mean(), double(0.0), "mean of the advantages")
    close(batch.advantages.std(), double(1.0), "spread of the advantages")
    equal(batch.advantages.requires_grad, False, "whether the advantages carry a graph")


def test_a_single_advantage_is_only_centered(solution):
    close(solution.rollout.normalized(double([[3.0]])), double([[0.0]]), "a single advantage, normalized")


def test_a_rollout_stores_states_and_log_probabilities_as_played(solution):
    world = make_world(solution)
    model = make_model(solution, world)
    starts = world.states.clone()
    rollout = solution.train.collect(world, model, 4, torch.Generator().manual_seed(2))
    batch = rollout.batch(model.value, 0.9, 0.9)
    equal(batch.states[:4], starts, "states of the first steps")
    with torch.no_grad():
        log_probs, _, _ = model.judge(batch.states, batch.actions)
    close(batch.log_probs, log_probs, "log-probabilities of what was played, against the same policy's")


def test_moves_into_a_wall_have_probability_zero(solution):
    world = make_world(solution)
    probs = make_model(solution, world).policy(torch.arange(9)).probs[world.free]
    wanted = torch.zeros(int((~world.legal[world.free]).sum()), dtype=torch.float64)
    close(probs[~world.legal[world.free]].detach(), wanted, "probabilities of moves into a wall")
    close(probs.sum(1).detach(), torch.ones(len(probs), dtype=torch.float64), "sums of probabilities")


def test_values_have_the_shape_of_their_states(solution):
    world = make_world(solution)
    model = make_model(solution, world)
    for shape in (3,), (2, 3):
        got = list(model.value(torch.zeros(shape, dtype=torch.int64)).shape)
        equal(got, list(shape), f"shape of the values of states of shape {shape}")


@pytest.mark.parametrize("drift", [0.05, 0.7])
def test_the_policy_term_is_the_clipped_objective(solution, drift):
    world = make_world(solution)
    model = make_model(solution, world)
    config = solution.train.Config(clip=0.2, value_coef=0.0, entropy_coef=0.0)
    batch = make_batch(solution, model, drift=drift)
    loss, numbers = solution.train.ppo_loss(model, batch, config)
    total = 0.0
    log_probs, _, _ = model.judge(batch.states, batch.actions)
    ratios = (log_probs.detach() - batch.log_probs).exp().tolist()
    for ratio, advantage in zip(ratios, batch.advantages.tolist()):
        total -= min(ratio * advantage, min(max(ratio, 0.8), 1.2) * advantage)
    close(loss.detach(), double(total / 6), f"policy term, {drift} from the policy that played")
    close(numbers["clipped"], 1.0 if drift > 0.2 else 0.0, "share of clipped ratios")


def test_the_entropy_bonus_has_the_right_gradient(solution):
    world = make_world(solution)
    model = make_model(solution, world)
    batch = make_batch(solution, model)._replace(advantages=torch.zeros(6, dtype=torch.float64))
    config = solution.train.Config(value_coef=0.0, entropy_coef=0.5)
    loss, _ = solution.train.ppo_loss(model, batch, config)
    got = torch.autograd.grad(loss, model.actor[2].bias)[0]
    bias = torch.zeros(4, dtype=torch.float64)
    probs = model.policy(batch.states).probs.detach()
    logs = probs.clamp(min=1e-300).log()
    for p, log in zip(probs, logs):
        bias += 0.5 * p * (log - (p * log).sum()) / 6
    close(got, bias, "gradient of the bonus alone, at the actor's last bias")


def test_the_value_term_is_right_and_leaves_the_actor_alone(solution):
    world = make_world(solution)
    model = make_model(solution, world)
    batch = make_batch(solution, model)._replace(advantages=torch.zeros(6, dtype=torch.float64))
    config = solution.train.Config(value_coef=0.5, entropy_coef=0.0, clip=10.0)
    loss, _ = solution.train.ppo_loss(model, batch, config)
    errors = (model.value(batch.states).detach().flatten() - batch.returns).square()
    close(loss.detach(), 0.25 * errors.mean(), "value term of six states")
    for parameter in model.actor.parameters():
        (got,) = torch.autograd.grad(loss, parameter, retain_graph=True, allow_unused=True)
        size = 0.0 if got is None else got.abs().max().item()
        close(size, 0.0, "gradient of the value term at the actor")


def test_each_step_takes_the_gradient_of_its_minibatch(solution):
    """Two epochs of one minibatch with a tiny rate move twice as far as its gradient says."""
    world = make_world(solution)
    model = make_model(solution, world)
    batch = make_batch(solution, model)
    config = solution.train.Config(epochs=2, minibatch=6, max_norm=1e9, clip=5.0)
    before = [p.detach().clone() for p in model.parameters()]
    loss, _ = solution.train.ppo_loss(model, batch, config)
    grads = torch.autograd.grad(loss, list(model.parameters()))
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)
    solution.train.update(model, optimizer, batch, config, torch.Generator().manual_seed(0))
    for old, new, grad in zip(before, model.parameters(), grads):
        moved = (old - new.detach()) / 1e-6
        close(moved, 2 * grad, "two steps, in units of the learning rate", rtol=1e-3, atol=1e-4)


def test_later_epochs_stay_near_the_policy_that_played(solution):
    """With a step that leaves the clip range at once, more epochs bring nothing more."""
    moved = []
    for epochs in (1, 4):
        world = make_world(solution)
        model = make_model(solution, world)
        batch = make_batch(solution, model)
        batch = batch._replace(states=batch.states[:1], actions=batch.actions[:1])
        batch = solution.rollout.Batch(*(column[:1] for column in batch))._replace(advantages=double([1.0]))
        config = solution.train.Config(
            epochs=epochs, minibatch=1, value_coef=0.0, entropy_coef=0.0, max_norm=1e9
        )
        optimizer = torch.optim.SGD(model.parameters(), lr=2.0)
        numbers = solution.train.update(model, optimizer, batch, config, torch.Generator().manual_seed(0))
        with torch.no_grad():
            log_probs, _, _ = model.judge(batch.states, batch.actions)
        moved.append(log_probs)
    close(moved[1], moved[0], "log-probability of the action after 4 epochs, as after 1")
    close(numbers["clipped"], 1.0, "share of clipped ratios in the fourth epoch")


def test_gradients_are_clipped_before_the_step(solution):
    world = make_world(solution)
    model = make_model(solution, world)
    batch = make_batch(solution, model)
    config = solution.train.Config(epochs=1, minibatch=6, max_norm=1e-3)
    before = [p.detach().clone() for p in model.parameters()]
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    solution.train.update(model, optimizer, batch, config, torch.Generator().manual_seed(0))
    moved = torch.cat([(a - b.detach()).flatten() for a, b in zip(before, model.parameters())])
    close(moved.norm(), double(1e-3), "length of one step", rtol=1e-3, atol=1e-6)


def test_the_learning_rate_falls_on_a_straight_line(solution):
    config = solution.train.Config(**{**SMALL, "lr": 0.09, "steps": 1})
    _, _, records = solution.train.train(config)
    close([record.lr for record in records], [0.09, 0.06, 0.03], "learning rates of three updates")


def test_the_best_model_is_kept(solution):
    """With this seed it's neither the first nor the last of three."""
    config = solution.train.Config(**{**SMALL, "lr": 0.2, "seed": 7, "max_norm": 10.0})
    world, model, records = solution.train.train(config)
    worth, _ = solution.train.evaluate(world, model, config.gamma)
    close(worth, max(record.worth for record in records), "worth of the kept model")


def test_exact_values_and_the_error_of_the_critic_are_right(solution):
    world = make_world(solution, slip=0.3)
    model = make_model(solution, world)
    probs = model.policy(torch.arange(9)).probs.detach()
    values = world.values(probs, 0.9)
    after = torch.einsum("sa,sat,t->s", probs, world.chance, values)
    close(values, (probs * world.pays).sum(1) + 0.9 * after, "values, by one more step of the recursion")
    worth, error = solution.train.evaluate(world, model, 0.9)
    close(worth, values[0].item(), "worth of the start")
    off = (model.value(torch.arange(9)).detach().flatten() - values)[world.free].square().mean().sqrt()
    close(error, off.item(), "how far off the critic is")
