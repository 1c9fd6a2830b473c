"""What torch and this process are set to, each reading under its name: all that no name is bound to.

A program that leaves one of them otherwise leaves a process that the next program must not run in.
"""

from __future__ import annotations

import gc
import locale
import os
import resource
import signal
import socket
import stat
import sys
import threading
from collections.abc import Callable
from typing import Any

import torch
from torch.overrides import _get_current_function_mode_stack

from torchkata.system.usage import descendants

Readings = dict[str, Callable[[], Any]]

_torch: Any = torch  # less than half of what is asked here has annotations
_C = _torch._C
MOST_FILES = 1024  # descriptors that are looked at


def taken() -> dict[str, Any]:
    """All readings as they are now, to be compared with `==`."""
    return {name: _read(reading) for name, reading in (_of_torch() | _of_the_process()).items()}


def _read(reading: Callable[[], Any]) -> Any:
    try:
        return reading()
    except (AttributeError, RuntimeError, TypeError, OSError) as lacking:  # another torch, or another system
        return type(lacking).__name__


def _of_torch() -> Readings:
    backends: Any = torch.backends
    cuda = backends.cuda
    readings: Readings = {
        "torch's default dtype": torch.get_default_dtype,
        "torch's default device": torch.get_default_device,
        "grad mode": torch.is_grad_enabled,
        "inference mode": torch.is_inference_mode_enabled,
        "anomaly mode": lambda: (torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()),
        "warn always": torch.is_warn_always_enabled,
        "torch's threads": lambda: (torch.get_num_threads(), torch.get_num_interop_threads()),
        "deterministic algorithms": lambda: (
            torch.are_deterministic_algorithms_enabled(),
            torch.is_deterministic_algorithms_warn_only_enabled(),
        ),
        "filling of new memory": lambda: _torch.utils.deterministic.fill_uninitialized_memory,
        "autocast": lambda: (
            torch.is_autocast_cache_enabled(),
            *[(torch.is_autocast_enabled(kind), torch.get_autocast_dtype(kind)) for kind in ("cpu", "cuda")],
        ),
        "threads of autograd": _C._is_multithreading_enabled,
        "modes of torch": lambda: (
            [id(mode) for mode in _get_current_function_mode_stack()],  # type: ignore[no-untyped-call]
            _C._len_torch_dispatch_stack(),
        ),
        "hooks of saved tensors": lambda: _C._autograd._top_saved_tensors_default_hooks(True) is None,
        "levels of functorch": lambda: _C._functorch.maybe_get_level(),
        "denormal numbers": lambda: bool(torch.tensor([1e-310], dtype=torch.float64).mul(1.0).gt(0)),
        "matmul precision": torch.get_float32_matmul_precision,
        "process group": lambda: torch.distributed.is_initialized(),
        "cudnn": lambda: [
            _read(lambda name=name: getattr(backends.cudnn, name))  # type: ignore[misc]
            for name in ("enabled", "benchmark", "benchmark_limit", "deterministic", "allow_tf32")
        ],
        "matmul on CUDA": lambda: [
            _read(lambda name=name: getattr(cuda.matmul, name))  # type: ignore[misc]
            for name in (
                "allow_tf32",
                "allow_fp16_reduced_precision_reduction",
                "allow_bf16_reduced_precision_reduction",
            )
        ],
        "attention kernels": lambda: (
            cuda.flash_sdp_enabled(),
            cuda.mem_efficient_sdp_enabled(),
            cuda.math_sdp_enabled(),
            cuda.cudnn_sdp_enabled(),
        ),
        "mkldnn": lambda: (backends.mkldnn.enabled, backends.mkldnn.deterministic),
        "quantized engine": lambda: backends.quantized.engine,
        "precision of float32": lambda: [
            _read(lambda owner=owner: owner.fp32_precision)  # type: ignore[misc]
            for owner in (backends, backends.cudnn, cuda.matmul, backends.mkldnn)
        ],
    }
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        readings |= {
            "CUDA's device": torch.cuda.current_device,
            "CUDA's stream": lambda: torch.cuda.current_stream() == torch.cuda.default_stream(),
            "CUDA's debug mode": torch.cuda.get_sync_debug_mode,
            "memory on the device": _allocated,
        }
    return readings


def _of_the_process() -> Readings:
    return {
        "working directory": os.getcwd,
        "environment": lambda: dict(os.environ),
        "umask": _umask,
        "signal handlers": lambda: {
            number: signal.getsignal(number)
            for number in signal.valid_signals()
            if number not in (signal.SIGKILL, signal.SIGSTOP)
        },
        "blocked signals": lambda: signal.pthread_sigmask(signal.SIG_BLOCK, []),
        "timers": lambda: [
            signal.getitimer(which)
            for which in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
        ],
        "priority": lambda: (os.getpriority(os.PRIO_PROCESS, 0), os.sched_getaffinity(0)),
        # Of Python's threads alone: torch's own wait for work, and hold no state of a program.
        "threads": lambda: (sorted(sys._current_frames()), threading.active_count()),
        "processes": lambda: sorted(descendants(os.getpid())),
        "open files": _open_files,
        "recursion limit": lambda: (sys.getrecursionlimit(), sys.getswitchinterval()),
        "digits of an int": sys.get_int_max_str_digits,
        "garbage collection": lambda: (gc.isenabled(), gc.get_threshold(), gc.get_debug(), len(gc.callbacks)),
        "trace and profile": lambda: (sys.gettrace(), sys.getprofile(), threading.gettrace()),
        "locale": lambda: locale.setlocale(locale.LC_ALL),
        "timeout of sockets": socket.getdefaulttimeout,
        "decimal context": lambda: _decimal(_module("decimal").getcontext()),
        "numpy's errors": lambda: _module("numpy").geterr(),
        "numpy's printing": lambda: repr(_module("numpy").get_printoptions()),
    }


def _allocated() -> int:
    """Less what cuBLAS keeps for itself once it's used."""
    if hasattr(_C, "_cuda_clearCublasWorkspaces"):
        _C._cuda_clearCublasWorkspaces()
    return torch.cuda.memory_allocated()


def limits() -> list[tuple[int, int]]:
    """Those of the kernel. They are another matter: each check sets some of them anew."""
    names = sorted(name for name in vars(resource) if name.startswith("RLIMIT_"))
    return [resource.getrlimit(getattr(resource, name)) for name in names]


def _module(name: str) -> Any:
    if name not in sys.modules:
        raise AttributeError(name)
    return sys.modules[name]


def _decimal(context: Any) -> Any:
    """Less its flags, which every division raises."""
    return context.prec, context.rounding, context.Emin, context.Emax, dict(context.traps)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _open_files() -> dict[int, tuple[int, int]]:
    """Descriptor → which file it is. By asking for each: an ordinary user can't always list their own."""
    found = {}
    for number in range(MOST_FILES):
        try:
            status = os.fstat(number)
        except OSError:
            continue
        # A library opens devices and counters of events (which are of no kind) for itself, and keeps them.
        if not stat.S_ISCHR(status.st_mode) and stat.S_IFMT(status.st_mode):
            found[number] = status.st_dev, status.st_ino
    return found
