"""A classifier of shapes: what its parts promise, against sums written out and runs without the detour."""

import io
import math

import pytest
import torch
import torch.nn.functional as F

from torchkata.checks import close, equal, raises

SMALL = {"samples": 20, "width": 4, "depth": 1, "epochs": 2, "batch_size": 8, "warmup": 1, "save_after": 1}


def make_run(solution, **changes):
    return solution.train.Run(solution.train.Config(**SMALL | changes))


def make_model(solution, depth=1):
    """A network whose layers all have something to say, and whose batch norm has seen something."""
    torch.manual_seed(3)
    model = solution.model.Net(4, depth, 4)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn(parameter.shape))
        for name, buffer in model.named_buffers():
            if name.endswith("running_var"):
                buffer.fill_(2.0)
    return model


def flat(state):
    """All numbers of a state dict in one tensor."""
    return torch.cat([value.detach().flatten().double() for value in state.values()])


def test_augmentation_leaves_its_pictures_alone(solution):
    pictures = solution.data.draw(6, 1)
    before = pictures.images.clone()
    solution.data.augment(pictures.images, 0.1, torch.Generator().manual_seed(0))
    equal(pictures.images, before, "the pictures after they have been augmented")


def test_augmentation_mirrors_and_moves(solution):
    image = torch.arange(25.0).view(1, 1, 5, 5)
    got = solution.data.augment(image.repeat(200, 1, 1, 1), 0.0, torch.Generator().manual_seed(0))
    padded = [F.pad(each, (1, 1, 1, 1), mode="replicate")[0, 0] for each in (image, image.flip(-1))]
    ways = [each[i : i + 5, j : j + 5] for each in padded for i in range(3) for j in range(3)]
    same = (got == torch.stack(ways)).flatten(2).all(-1)  # (200, 18)
    equal(bool(same.any(1).all()), True, "whether each picture is mirrored or moved, and nothing else")
    equal(int(same.any(0).sum()), 18, "how many ways of mirroring and moving are met in 200 pictures")


def test_noise_has_the_strength_that_was_asked_for(solution):
    got = solution.data.augment(torch.zeros(20, 1, 16, 16), 0.25, torch.Generator().manual_seed(0))
    close(got.std(), torch.tensor(0.25), "standard deviation of the noise", rtol=0.05, atol=0.0)


def test_the_scaling_depends_on_its_own_pictures_alone(solution):
    scaling = solution.data.Scaling(torch.tensor([[1.0, 3.0]]))
    close(scaling(torch.tensor([2.0, 5.0, 8.0])), torch.tensor([0.0, 3.0, 6.0]), "scaled pixels")


@pytest.mark.parametrize("generator", [None, torch.Generator()], ids=["in_order", "shuffled"])
def test_batches_hold_each_sample_once(solution, generator):
    pictures = solution.data.draw(7, 1)
    got = list(solution.data.batches(pictures, 3, generator))
    equal([len(batch.labels) for batch in got], [3, 3, 1], "sizes of batches of 7 pictures")
    sums = torch.cat([batch.images.sum((1, 2, 3)) for batch in got])
    close(sums.sort().values, pictures.images.sum((1, 2, 3)).sort().values, "sums of the pictures")


def test_the_four_pixels_of_a_square_become_channels(solution):
    got = solution.model.patches(torch.arange(16.0).view(1, 1, 4, 4))
    equal(list(got.shape), [1, 4, 2, 2], "shape of the patches of a picture of 4 x 4")
    wanted = torch.tensor([[0.0, 1.0, 4.0, 5.0], [2.0, 3.0, 6.0, 7.0], [8.0, 9.0, 12.0, 13.0]])
    close(got.flatten(2)[0].T.sort(1).values[:3], wanted, "pixels in the first three places")


def test_every_block_has_weights_of_its_own(solution):
    counts = [sum(p.numel() for p in solution.model.Net(4, depth, 4).parameters()) for depth in (0, 1, 3)]
    one = 2 * 4 * 4 * 9 + 4 * 4
    equal(counts[1] - counts[0], one, "parameters of a block")
    equal(counts[2] - counts[0], 3 * one, "parameters of three blocks")


def test_every_block_is_used(solution):
    model = make_model(solution, depth=3)
    model(torch.randn(4, 1, 16, 16)).square().sum().backward()
    idle = [name for name, p in model.named_parameters() if p.grad is None or p.grad.abs().sum() == 0]
    equal(idle, [], "parameters without a gradient")


def test_a_steep_head_gives_probabilities_near_one(solution):
    model = make_model(solution).eval()
    with torch.no_grad():
        model.head.weight.mul_(1000.0)
        highest = model(solution.data.draw(8, 1).images).softmax(-1).amax(-1)
    close(
        highest.mean().item(),
        1.0,
        "the highest probability, of a network with a steep head",
        rtol=0.0,
        atol=0.05,
    )


def test_the_average_follows_its_formula(solution):
    model = torch.nn.Linear(1, 1)
    torch.nn.init.constant_(model.weight, 1.0)
    average, wanted = solution.model.Average(model, 0.15), 1.0
    for n, weight in enumerate((2.0, 4.0, 8.0)):
        torch.nn.init.constant_(model.weight, weight)
        average.update(model)
        keep = min(0.15, (1 + n) / (10 + n))
        wanted = keep * wanted + (1 - keep) * weight
    with average.applied(model):
        close(model.weight.item(), wanted, "the average of a weight after three updates", rtol=1e-5, atol=0.0)
    close(model.weight.item(), 8.0, "the weight itself behind the context")


def test_counters_are_copied_into_the_average(solution):
    model = torch.nn.BatchNorm1d(1)
    average = solution.model.Average(model, 0.9)
    model(torch.tensor([[1.0], [2.0]]))
    average.update(model)
    with average.applied(model):
        equal(model.num_batches_tracked.item(), 1, "batches that the averaged batch norm has seen")


def test_weights_are_given_back_even_after_an_error(solution):
    model = torch.nn.Linear(1, 1)
    average = solution.model.Average(model, 0.9)
    torch.nn.init.constant_(model.weight, 5.0)
    with raises(ValueError, "", "an error in the context"), average.applied(model):
        raise ValueError
    close(model.weight.item(), 5.0, "the weight after an error in the context")


@pytest.mark.parametrize("training", [True, False])
def test_predictions_leave_the_model_as_it_was(solution, training):
    model = make_model(solution).train(training)
    before = flat(model.state_dict())
    scaling = solution.data.Scaling(torch.tensor([0.0, 1.0]))
    logits = solution.evaluate.predict(model, scaling, solution.data.draw(6, 1).images)
    close(flat(model.state_dict()), before, "weights and buffers after a prediction")
    modes = {module.training for module in model.modules()}
    equal(modes, {training}, "the modes of the model after a prediction")
    equal(logits.requires_grad, False, "whether the logits carry a graph")


@pytest.mark.parametrize("training", [True, False])
def test_a_prediction_does_not_depend_on_other_pictures(solution, training):
    model = make_model(solution).train(training)
    pictures = solution.data.draw(6, 1)
    scaling = solution.data.Scaling(pictures.images)
    together = solution.evaluate.predict(model, scaling, pictures.images, 6)
    alone = solution.evaluate.predict(model, scaling, pictures.images, 1)
    close(alone, together, "logits of pictures one at a time", rtol=1e-4, atol=1e-4)


def test_the_score_counts_every_picture_once(solution):
    model, pictures = make_model(solution).eval(), solution.data.draw(9, 1)
    scaling = solution.data.Scaling(pictures.images)
    with torch.no_grad():
        logits = model(scaling(pictures.images))
    right = (logits.argmax(-1) == pictures.labels).double().mean().item()
    loss = F.cross_entropy(logits, pictures.labels).item()
    got = solution.evaluate.score(model, scaling, pictures, 4)
    close(got[0], loss, "mean loss of 9 pictures in batches of 4", rtol=1e-4, atol=1e-4)
    close(got[1], right, "share of right answers among 9 pictures in batches of 4")


def test_the_learning_rate_rises_and_falls(solution):
    config = solution.train.Config(samples=21, batch_size=4, epochs=3, warmup=2, lr=0.5)
    optimizer = solution.train.make_optimizer([torch.nn.Parameter(torch.ones(1, 1))], config)
    schedule, rates = solution.train.make_schedule(optimizer, config), []
    for _ in range(19):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    wanted = [0.25, 0.5] + [0.25 * (1 + math.cos(math.pi * step / 16)) for step in range(17)]
    close(rates, wanted, "rates of 18 steps, and the one behind them")


def test_only_matrices_decay(solution):
    config = solution.train.Config(lr=0.5, weight_decay=0.5)
    parameters = [torch.nn.Parameter(torch.ones(2, 2)), torch.nn.Parameter(torch.ones(2))]
    optimizer = solution.train.make_optimizer(parameters, config)
    for parameter in parameters:
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    close(parameters[1].detach(), torch.ones(2), "a bias after a step without a gradient")
    equal(bool((parameters[0] < 1).all()), True, "whether a matrix is smaller after it")


@pytest.mark.parametrize("max_norm", [0.001, 1e6])
def test_a_step_is_as_long_as_the_clipped_gradient(solution, max_norm):
    run = make_run(solution, max_norm=max_norm, weight_decay=0.0, lr=0.001, momentum=0.5, smoothing=0.1)
    pictures = solution.data.draw(6, 1)
    before = torch.nn.utils.parameters_to_vector(run.model.parameters()).detach().clone()
    loss = F.cross_entropy(run.model(pictures.images), pictures.labels, label_smoothing=0.1)
    slope = torch.autograd.grad(loss, list(run.model.parameters()))
    length = torch.cat([each.flatten() for each in slope]).norm().item()
    got = solution.train.train_step(run, pictures.images, pictures.labels)
    moved = (torch.nn.utils.parameters_to_vector(run.model.parameters()).detach() - before).norm().item()
    close(got[1], length, "norm of the gradient before clipping", rtol=1e-3, atol=0.0)
    wanted = 0.001 * 1.5 * min(length, max_norm)
    close(moved / wanted, 1.0, f"length of the first step over that wanted, clipped to {max_norm}", rtol=0.02,
          atol=0.0)  # fmt: skip
    close(got[0], loss.item(), "loss of the step", rtol=1e-4, atol=0.0)


def test_a_saved_run_goes_on_as_it_did(solution):
    pictures = solution.data.draw(20, 1)
    scaling, file = solution.data.Scaling(pictures.images), io.BytesIO()
    run = make_run(solution)
    solution.train.train_epoch(run, pictures, scaling)
    solution.train.save(run, file)
    again = make_run(solution)
    file.seek(0)
    solution.train.resume(again, file)
    equal(again.epoch, 1, "epochs done, after resuming")
    rate, wanted = again.schedule.get_last_lr()[0], run.schedule.get_last_lr()[0]
    close(rate, wanted, "rate of the schedule after resuming")
    close(flat(again.average.values), flat(run.average.values), "the average after resuming")
    again_order, order = again.generator.get_state(), run.generator.get_state()
    equal(again_order, order, "state of the generator after resuming")
    for each in again, run:
        solution.train.train_epoch(each, solution.data.draw(20, 1), scaling)
    again_weights, weights = flat(again.model.state_dict()), flat(run.model.state_dict())
    close(again_weights, weights, "weights after another epoch", rtol=1e-5, atol=1e-6)


def test_scoring_does_not_change_the_training(solution):
    pictures, test = solution.data.draw(20, 1), solution.data.draw(6, 2)
    scaling = solution.data.Scaling(pictures.images)
    watched, alone, log = make_run(solution), make_run(solution), []
    solution.train.fit(watched, solution.data.draw(20, 1), test, scaling, log=lambda *line: log.append(line))
    for _ in range(2):
        solution.train.train_epoch(alone, solution.data.draw(20, 1), scaling)
    weights, wanted = flat(watched.model.state_dict()), flat(alone.model.state_dict())
    close(weights, wanted, "weights of a run that was scored after each epoch", rtol=1e-5, atol=1e-6)
    equal([line[0] for line in log], [1, 2], "epochs in the log")
