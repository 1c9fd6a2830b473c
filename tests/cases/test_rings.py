"""A diffusion model of two rings: what its parts promise, with models whose answers are known."""

import math

import torch

from torchkata.checks import close, equal

TINY = {
    "points": 32,
    "batch": 8,
    "iterations": 4,
    "report": 4,
    "steps": 6,
    "width": 8,
    "depth": 2,
    "warmup": 1,
}


def double(values):
    return torch.tensor(values, dtype=torch.float64)


def flat(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def make_model(solution, dropout=0.5, depth=2):
    torch.manual_seed(1)
    model = solution.model.Denoiser(6, 2, 8, depth, dropout).double()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    return model


def points_and_labels(n=5):
    return torch.linspace(-1, 1, 2 * n, dtype=torch.float64).view(n, 2), torch.arange(n) % 2


def test_restoring_undoes_the_scaling(solution):
    points, _ = solution.data.rings(40, torch.Generator().manual_seed(0))
    scale = solution.data.Scale(points)
    small = scale.shrink(points)
    close(small.mean(0), torch.zeros(2), "mean of the scaled points", rtol=0.0, atol=1e-5)
    close(small.std(0).mean().item(), 1.0, "spread of the scaled points", rtol=1e-4, atol=1e-4)
    close(scale.restore(small), points, "points, scaled and restored", rtol=1e-4, atol=1e-4)


def test_splitting_gives_back_points_and_noise(solution):
    diffusion = solution.diffusion.Diffusion(6, torch.float64)
    points, _ = points_and_labels(6)
    noise, times = points.flip(0) * 3, torch.arange(6)
    x = diffusion.add_noise(points, times, noise)
    got = diffusion.split(x, times, diffusion.velocity(points, times, noise))
    close(got[0], points, "points, split from what they were mixed to")
    close(got[1], noise, "noise, split from what it was mixed to")


def test_sampling_with_a_perfect_model_finds_the_points(solution):
    """For one point per label, the right answer is known; the noise that it sees stays the same."""
    for steps in (6, 3, 2):
        diffusion = solution.diffusion.Diffusion(6, torch.float64)
        homes = double([[1.0, -2.0], [0.5, 3.0]])
        seen = []

        def oracle(x, times, labels, diffusion=diffusion, homes=homes, seen=seen):
            kept = diffusion.kept[times].unsqueeze(1)
            noise = (x - kept.sqrt() * homes[labels]) / (1 - kept).sqrt()
            seen.append(noise)
            return kept.sqrt() * noise - (1 - kept).sqrt() * homes[labels]

        labels = torch.tensor([0, 1, 1])
        got = diffusion.sample(oracle, labels, steps, torch.Generator().manual_seed(3))
        close(got, homes[labels], f"samples after {steps} steps with a model that knows the answer")
        for step, noise in enumerate(seen):
            close(noise, seen[0], f"noise that the model sees in step {step} of {steps}")


def test_the_loss_is_the_weighted_error_of_the_velocity(solution):
    diffusion = solution.diffusion.Diffusion(6, torch.float64)
    points, labels = points_and_labels()
    drawn = torch.Generator().manual_seed(4)
    times = torch.randint(6, (5,), generator=drawn)
    noise = torch.randn(5, 2, generator=drawn, dtype=torch.float64)
    total = 0.0
    for point, time, z in zip(points, times.tolist(), noise):
        kept = diffusion.kept[time].item()
        wanted = math.sqrt(kept) * z - math.sqrt(1 - kept) * point
        mixed = math.sqrt(kept) * point + math.sqrt(1 - kept) * z
        snr = kept / (1 - kept)
        total += min(snr, 5.0) / (snr + 1) * (0.5 * mixed - wanted).square().mean().item() / 5
    got = diffusion.loss(lambda x, times, labels: 0.5 * x, points, labels, torch.Generator().manual_seed(4))
    close(got, double(total), "loss of a model that answers half of what it sees")


def test_the_weights_of_the_times_are_right(solution):
    diffusion = solution.diffusion.Diffusion(6, torch.float64)
    snr = diffusion.kept / (1 - diffusion.kept)
    close(diffusion.weights(torch.arange(6)), snr.clamp(max=5) / (snr + 1), "weights of six times")


def test_a_new_model_answers_zero(solution):
    torch.manual_seed(0)
    model = solution.model.Denoiser(6, 2, 8, 2, 0.5).double()
    points, labels = points_and_labels()
    close(model(points, labels, labels).detach(), torch.zeros(5, 2).double(), "answer of a new model")


def test_in_evaluation_a_point_has_the_same_answer_alone_and_among_others(solution):
    model = make_model(solution).eval()
    points, labels = points_and_labels()
    times = torch.tensor([0, 1, 2, 3, 5])
    with torch.no_grad():
        together = model(points, times, labels)
        alone = torch.cat([model(points[i : i + 1], times[i : i + 1], labels[i : i + 1]) for i in range(5)])
    close(alone, together, "answers for points one by one, and together")


def test_dropout_acts_in_training(solution):
    model = make_model(solution).train()
    points, labels = points_and_labels()
    with torch.no_grad():
        same = torch.equal(model(points, labels, labels), model(points, labels, labels))
    equal(same, False, "whether two answers in training mode are the same")


def test_all_blocks_belong_to_the_model_and_get_gradients(solution):
    count = [len(list(make_model(solution, depth=depth).parameters())) for depth in (1, 3)]
    equal(
        (count[1] - count[0]) % 2 == 0 and count[1] > count[0],
        True,
        "whether deeper models have more weights",
    )
    model = make_model(solution)
    points, labels = points_and_labels()
    model(points, labels, labels).sum().backward()
    empty = [name for name, p in model.named_parameters() if p.grad is None]
    equal(empty, [], "parameters that got no gradient")


def test_the_average_is_lent_and_given_back(solution):
    model = make_model(solution)
    average = solution.train.Average(model, 0.75)
    first = flat(model)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(1.0)
    average.update(model)
    for training in (True, False):
        model.train(training)
        with average.lent_to(model) as lent:
            close(flat(lent), first + 0.25, "weights within the block")
            equal(lent.training, False, "whether the lent model is in training mode")
        close(flat(model), first + 1.0, "weights after the block")
        equal(model.training, training, "whether the model is in training mode after the block")


def test_reports_do_not_change_the_training(solution):
    ends = []
    for report in (4, 1):
        config = solution.train.Config(**{**TINY, "report": report, "dropout": 0.3})
        ends.append(flat(solution.train.fit(config)[0]))
    close(ends[1], ends[0], "weights after a run that reports at each iteration, and one that reports once")


def test_every_iteration_draws_new_noise(solution):
    """With a rate of 0 the model stays, and answers 0: the loss varies with points, times and noise alone."""
    config = solution.train.Config(
        **{**TINY, "points": 8, "batch": 64, "report": 1, "lr": 0.0, "dropout": 0.0}
    )
    _, _, diffusion, _, records = solution.train.fit(config)
    losses = [record.loss for record in records]
    equal(len({round(loss, 5) for loss in losses}), 4, "different losses in four iterations")
    held = [record.held_out for record in records]
    close(held, [held[0]] * 4, "four reports of the same model")
    seen = []
    original = type(diffusion).add_noise

    def spy(self, points, times, noise):
        seen.append(noise.clone())
        return original(self, points, times, noise)

    type(diffusion).add_noise = spy
    try:
        solution.train.fit(config)
    finally:
        type(diffusion).add_noise = original
    drawn = [noise for noise in seen if len(noise) == 64]
    equal(len(drawn), 4, "minibatches of a run of four iterations")
    same = sum(torch.equal(drawn[0], noise) for noise in drawn[1:])
    equal(same, 0, "later minibatches that have the noise of the first")


def test_gradients_are_clipped_and_reported(solution):
    """A new model answers 0, and after a step on a gradient of length 1e-12 it still does."""
    config = solution.train.Config(**{**TINY, "iterations": 1, "report": 1, "max_norm": 1e-12})
    model, *_, records = solution.train.fit(config)
    equal(records[0].norm > 1e-3, True, "whether the norm before clipping is reported")
    points, labels = points_and_labels()
    with torch.no_grad():
        answer = model.eval()(points.float(), labels, labels)
    close(answer, torch.zeros(5, 2), "answer after a step of no length", rtol=0.0, atol=1e-4)


def test_points_are_drawn_from_the_average(solution):
    config = solution.train.Config(**TINY)
    model, average, diffusion, scale, _ = solution.train.fit(config)
    first = solution.train.draw(config, model, average, diffusion, scale, 3)
    equal(list(first.shape), [2, 3, 2], "shape of three points of each ring")
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(-3.0)
    close(
        solution.train.draw(config, model, average, diffusion, scale, 3),
        first,
        "points after the model's own weights have changed",
    )
