"""Put the process back after a test. Katas break torch's global state, some of them on purpose."""

from __future__ import annotations

import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import torch
from torch.nn.modules import module as nn_module
from torch.optim import optimizer as torch_optimizer

Restore = Callable[[], Any]
PYTEST_SAYS = "PYTEST_CURRENT_TEST"

# The dictionaries behind the hooks on every module and on every optimizer.
GLOBAL_HOOKS: list[dict[Any, Any]] = [
    value
    for owner in (nn_module, torch_optimizer)
    for name, value in vars(owner).items()
    if name.startswith("_global_") and isinstance(value, dict)
]


@contextmanager
def restored() -> Iterator[None]:
    """Run the block, then restore every piece of global state that a training script may touch."""
    restores = [*_torch_modes(), *_backend_flags(), *generators(), *_hooks(), *_process()]
    with ExitStack() as stack:  # one that fails keeps none of the others from its work
        for restore in reversed(restores):
            stack.callback(restore)
        torch.set_warn_always(
            True
        )  # some warnings otherwise fire once in a process, for the first test alone
        yield


def seed() -> None:
    torch.default_generator.manual_seed(0)
    # torch.manual_seed() also queues a call for every kind of device, with a formatted stack each: two
    # milliseconds, in every test.
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.manual_seed_all(0)


def _torch_modes() -> Iterator[Restore]:
    dtype, device = torch.get_default_dtype(), torch.get_default_device()
    grad, anomaly = torch.is_grad_enabled(), torch.is_anomaly_enabled()
    check_nan = torch.is_anomaly_check_nan_enabled()
    warn_always, threads = torch.is_warn_always_enabled(), torch.get_num_threads()
    yield lambda: torch.set_default_dtype(dtype)
    # Setting a default device installs a mode that slows every call down; None removes it again.
    plain = None if device == torch.device("cpu") else device
    yield _moved(torch.get_default_device, lambda _: torch.set_default_device(plain), device)
    yield lambda: torch.set_grad_enabled(grad)
    yield lambda: torch.autograd.set_detect_anomaly(anomaly, check_nan)
    yield lambda: torch.set_warn_always(warn_always)
    yield _moved(torch.get_num_threads, torch.set_num_threads, threads)


def _backend_flags() -> Iterator[Restore]:
    deterministic = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    yield _moved(
        lambda: (
            torch.are_deterministic_algorithms_enabled(),
            torch.is_deterministic_algorithms_warn_only_enabled(),
        ),
        lambda was: torch.use_deterministic_algorithms(was[0], warn_only=was[1]),
        (deterministic, warn_only),
    )
    cudnn, matmul = torch.backends.cudnn, torch.backends.cuda.matmul
    for name in ("enabled", "benchmark", "deterministic"):
        yield _attribute(cudnn, name)
    # TF32 has an old door and a new one, and after the new one the old one raises when read: so what
    # the old one said is written back unread, and then the new one's values on top of it.
    with suppress(RuntimeError):
        old = torch.get_float32_matmul_precision(), cudnn.allow_tf32
        yield lambda: torch.set_float32_matmul_precision(old[0])
        yield lambda: setattr(cudnn, "allow_tf32", old[1])
    mkldnn = torch.backends.mkldnn
    owners = [torch.backends, cudnn, matmul]
    owners += [getattr(owner, name, None) for owner in (cudnn, mkldnn) for name in ("conv", "rnn", "matmul")]
    for owner in owners:
        if hasattr(owner, "fp32_precision"):  # torch 2.9 and later
            yield _attribute(owner, "fp32_precision")


def _attribute(owner: Any, name: str) -> Restore:
    return _moved(
        lambda: getattr(owner, name), lambda value: setattr(owner, name, value), getattr(owner, name)
    )


def _moved(read: Callable[[], Any], write: Callable[[Any], Any], value: Any) -> Restore:
    """Write `value` back only if it changed: some setters cost more than a test."""

    def restore() -> None:
        if read() != value:
            write(value)

    return restore


def generators() -> Iterator[Restore]:
    """Random numbers: each restores those of one source, as often as it's called."""
    python, cpu = random.getstate(), torch.get_rng_state()
    yield lambda: random.setstate(python)
    yield lambda: torch.set_rng_state(cpu)
    # Asking an uninitialised CUDA for its state would initialise it, and forbid every later fork.
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        states = torch.cuda.get_rng_state_all()
        yield lambda: torch.cuda.set_rng_state_all(states)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        state = numpy.random.get_state()
        yield lambda: numpy.random.set_state(state)


def _hooks() -> Iterator[Restore]:
    for hooks in GLOBAL_HOOKS:
        yield _contents(hooks, dict(hooks))
    # Once a full backward hook was there, torch refuses the other kind.
    yield _attribute(nn_module, "_global_is_full_backward_hook")


def _contents(live: dict[Any, Any], saved: dict[Any, Any]) -> Restore:
    def restore() -> None:
        if dict(live) != saved:
            live.clear()
            live.update(saved)

    return restore


def _process() -> Iterator[Restore]:
    folder, environment = os.getcwd(), _environment()
    filters = warnings.filters[:]
    yield lambda: os.chdir(folder)  # unasked: a folder that is gone cannot be named

    def restore_environment() -> None:
        if _environment() != environment:
            for name in os.environ.keys() - environment.keys() - {PYTEST_SAYS}:
                del os.environ[name]
            os.environ.update(environment)

    def restore_filters() -> None:
        warnings.filters[:] = filters  # type: ignore[index]

    yield restore_environment
    yield restore_filters
    yield _destroy_process_group


def _environment() -> dict[str, str]:
    """Less what pytest itself changes between a test's phases: else every test would count as one that
    changed it."""
    environment = dict(os.environ)
    environment.pop(PYTEST_SAYS, None)
    return environment


def _destroy_process_group() -> None:
    # Only where somebody imported it: the import alone costs half a second.
    distributed = sys.modules.get("torch.distributed")
    if distributed is not None and distributed.is_available() and distributed.is_initialized():
        distributed.destroy_process_group()
