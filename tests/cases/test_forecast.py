"""A forecaster of an hourly curve: what may know of what, what is handed on, and what is left alone."""

import torch

from torchkata.checks import close, equal

TINY = {"hours": 120, "held_out": 30, "rows": 2, "segment": 8, "hidden": 3, "dropout": 0.0, "epochs": 2}


def make_model(solution, dropout=0.0):
    torch.manual_seed(1)
    model = solution.model.Forecaster(3, dropout).double()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.7)
    return model


def flat(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def waves(hours, rows=None):
    shape = (hours,) if rows is None else (rows, hours)
    return torch.randn(shape, generator=torch.Generator().manual_seed(2), dtype=torch.float64)


def test_each_stream_holds_consecutive_hours(solution):
    part = torch.arange(11.0)
    wanted = torch.tensor([[0.0, 1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0, 9.0]])
    close(solution.data.streams(part, 2), wanted, "two streams of eleven hours")


def test_targets_come_an_hour_later(solution):
    series = torch.arange(20.0).view(2, 10)
    pairs = solution.data.segments(series, 3)
    equal(len(pairs), 3, "segments of 3 in streams of 10 hours")
    for number, (inputs, targets) in enumerate(pairs):
        close(inputs, series[:, 3 * number : 3 * number + 3], f"inputs of segment {number}")
        close(targets, series[:, 3 * number + 1 : 3 * number + 4], f"targets of segment {number}")


def test_normalizing_can_be_undone_and_leaves_its_input_alone(solution):
    part = waves(30) * 4 + 7
    before = part.clone()
    normalizer = solution.data.Normalizer(part)
    scaled = normalizer(part)
    equal(part, before, "hours after they've been normalized")
    close(scaled.mean(), torch.tensor(0.0).double(), "mean of the normalized hours")
    close(scaled.std(), torch.tensor(1.0).double(), "spread of the normalized hours")
    close(normalizer.back(scaled), before, "hours, normalized and back")


def test_a_later_value_changes_no_earlier_forecast(solution):
    model = make_model(solution).eval()
    values = waves(5, rows=2).requires_grad_()
    forecasts, _ = model(values)
    (got,) = torch.autograd.grad(forecasts[1, 2], values)
    equal((got[0] == 0).all().item(), True, "whether row 0 has no say in the forecasts of row 1")
    equal((got[1] != 0).tolist(), [True, True, True, False, False], "which hours have a say after hour 2")


def test_reading_a_stream_in_pieces_gives_the_same_forecasts(solution):
    model = make_model(solution).eval()
    values = waves(7, rows=2)
    with torch.no_grad():
        whole, _ = model(values)
        first, state = model(values[:, :3])
        second, _ = model(values[:, 3:], state)
    close(torch.cat((first, second), 1), whole, "forecasts in two pieces, and at once")


def test_a_new_model_forecasts_no_change(solution):
    model = solution.model.Forecaster(3, 0.5).double()
    values = waves(5, rows=2)
    close(model(values)[0].detach(), values, "forecasts of a new model")


def epoch_by_hand(solution, streams, config):
    """What one pass does, written out for plain steps of a rate of 0.1."""
    model = make_model(solution)
    state, losses = None, []
    length = config.segment
    for start in range(0, (streams.shape[1] - 1) // length * length, length):
        forecasts, state = model(streams[:, start : start + length], state)
        state = state.detach()
        errors = (forecasts - streams[:, start + 1 : start + length + 1]).abs()
        loss = torch.where(errors < 1, 0.5 * errors.square(), errors - 0.5).mean()
        grads = torch.autograd.grad(loss, list(model.parameters()))
        norm = torch.cat([grad.flatten() for grad in grads]).norm()
        with torch.no_grad():
            for parameter, grad in zip(model.parameters(), grads):
                parameter.sub_(0.1 * grad * min(1.0, config.max_norm / norm.item()))
        losses.append(loss.item())
    return model, sum(losses) / len(losses)


def test_an_epoch_makes_the_right_steps_and_returns_its_mean_loss(solution):
    streams = waves(10, rows=2)
    for max_norm in (1e3, 0.05):
        config = solution.train.Config(segment=3, max_norm=max_norm)
        model = make_model(solution)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        loss = solution.train.run_epoch(model, optimizer, streams, config)
        by_hand, wanted = epoch_by_hand(solution, streams, config)
        # A norm is clipped with an eps of 1e-6 in the denominator.
        close(loss, wanted, f"mean loss of three segments, max_norm {max_norm}", rtol=1e-4, atol=1e-5)
        what = f"weights after three segments, max_norm {max_norm}"
        close(flat(model), flat(by_hand), what, rtol=1e-4, atol=1e-5)


def test_training_uses_dropout(solution):
    streams, ends = waves(10, rows=2), []
    for dropout in (0.0, 0.9):
        model = make_model(solution, dropout).eval()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        solution.train.run_epoch(model, optimizer, streams, solution.train.Config(segment=3))
        ends.append(flat(model))
    equal(torch.equal(*ends), False, "whether an epoch with dropout ends as one without")


def test_the_error_is_that_of_a_model_in_evaluation_mode(solution):
    model = make_model(solution, dropout=0.5)
    past, future = waves(400) * 3 + 50, waves(20) * 3 + 50
    normalizer = solution.data.Normalizer(past)
    series = normalizer(torch.cat((past[-336:], future)))
    with torch.no_grad():
        forecasts, _ = model.eval()(series[:-1].unsqueeze(0))
    wanted = (normalizer.back(forecasts[0, -20:]) - future).abs().mean().item()
    for training in (True, False):
        model.train(training)
        got = solution.evaluate.one_hour_error(model, normalizer, past, future)
        close(got, wanted, "error of forecasts of 20 hours")
        equal(model.training, training, "whether the model is in training mode afterwards")


def test_the_errors_of_both_baselines_are_right(solution):
    past, future = torch.arange(200.0), torch.arange(200.0, 210.0)
    close(solution.evaluate.last_value_error(past, future), 1.0, "error of the last value on a ramp")
    close(solution.evaluate.last_week_error(past, future), 168.0, "error of the last week on a ramp")


def test_later_hours_change_neither_weights_nor_scale(solution):
    """After a single epoch there's nothing to choose: weights and scale are those of the first hours."""
    config = solution.train.Config(**{**TINY, "epochs": 1})
    series = solution.data.load_curve(config.hours, 3)
    other = torch.cat((series[:60], 3 * series[60:]))
    one, scale, _ = solution.train.fit(series.clone(), config)
    two, scale_of_other, _ = solution.train.fit(other, config)
    close(flat(two), flat(one), "weights, with other hours after the training part")
    values = torch.tensor([50.0, 60.0])
    close(scale_of_other(values.clone()), scale(values.clone()), "normalized values, with other later hours")


def test_training_leaves_the_series_alone(solution):
    config = solution.train.Config(**TINY)
    series = solution.data.load_curve(config.hours, 3)
    before = series.clone()
    solution.train.fit(series, config)
    equal(series, before, "series after training")


def test_the_best_model_is_kept(solution):
    """With these settings it's neither the first nor the last of three."""
    sizes = {**TINY, "epochs": 3, "segment": 15}
    config = solution.train.Config(**{**sizes, "lr": 0.3, "max_norm": 10.0, "seed": 2})
    series = solution.data.load_curve(config.hours, 3)
    model, normalizer, records = solution.train.fit(series, config)
    got = solution.evaluate.one_hour_error(model, normalizer, series[:60], series[60:90])
    close(got, min(record.error for record in records), "validation error of the kept model")


def test_the_rate_is_halved_when_nothing_gets_better(solution):
    rates = []
    for lr in (0.003, 1e-6):
        config = solution.train.Config(**{**TINY, "epochs": 3, "lr": lr, "patience": 0, "segment": 15})
        _, _, records = solution.train.fit(solution.data.load_curve(config.hours, 3), config)
        rates.append([record.lr / lr for record in records])
    close(rates[0], [1.0] * 3, "rates of three epochs, each of which is better than the one before")
    close(rates[1], [1.0, 1.0, 0.5], "rates of three epochs that are all the same")
