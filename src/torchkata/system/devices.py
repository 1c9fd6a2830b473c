"""Which devices this machine has, asked without starting any of them."""

from __future__ import annotations

import functools
import os
import platform

# A second device without an accelerator: the lazy tensors of torch's own CPU builds. They refuse to mix with
# tensors of the CPU and to become NumPy arrays, as those of a GPU do.
STAND_IN = "lazy"
LACKS_STAND_IN = "has no lazy backend to stand in"
NOT_ON_IT = "not on the stand-in: "  # begins the reason of every skip that is owed to the stand-in
KNOWN = ("cpu", "cuda", "mps", STAND_IN)
DRIVERS = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")  # NVIDIA's, that of WSL, AMD's
EXIT = 44  # how the checking process says that its device does not exist


class DeviceError(ValueError):
    """A device that was asked for does not exist here. Never a reason to skip in silence."""


def gpu_in_reach() -> bool:
    """Whether a program of this machine may find a GPU, whatever torch is installed."""
    return any(map(os.path.exists, DRIVERS))


def available() -> list[str]:
    """The device types of this machine, "cpu" first. Imports torch."""
    # Through NVML: cuInit() here would forbid every fork that follows.
    os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
    import torch

    found = ["cpu"]
    if torch.cuda.device_count() > 0:
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return found


@functools.cache  # the backend can be started once in a process
def stand_in_trouble() -> str:
    """Start the stand-in; why this torch has none, or "" once it's there. Imports torch."""
    import torch

    try:
        from torchkata.system import stand_in

        stand_in.start()
    except (ImportError, AttributeError, RuntimeError, NotImplementedError, StopIteration) as problem:
        words = str(problem).partition("\n")[0]
        return f"torch {torch.__version__} on {platform.system()} {LACKS_STAND_IN}: {words}"
    return ""


def parse(option: str) -> list[str]:
    """Device types from "cpu", "cuda", "cpu,cuda" or "auto"; imports torch only where it must.

    "auto" takes no stand-in.

    Raises `DeviceError` for an unknown device and for one that this machine lacks.
    """
    if option == "cpu":
        return ["cpu"]
    if option == "auto":
        return available()
    asked = list(dict.fromkeys(part.strip() for part in option.split(",")))
    here = None
    for device in asked:
        if device not in KNOWN:
            raise DeviceError(f"unknown device {device!r}; choose among {', '.join(KNOWN)}, or auto")
        if device == STAND_IN:
            stand_in_trouble()  # where it's missing, each test and each kata says so: see `missing_need`
            continue
        here = here or available()
        if device not in here:
            raise DeviceError(
                f"this machine has no {device} device that torch can use (found: {', '.join(here)}); "
                "run with --device auto to take what is there"
            )
    return asked


def missing_need(needs: list[str], device: str) -> str | None:
    """Why a kata with these `needs` cannot run on `device` here, as the end of a sentence; or None."""
    for need in needs:
        if need == "fork" and not hasattr(os, "fork"):
            return "needs a system with fork"
        if need in KNOWN and need != device:
            return f"needs --device {need}"
    return stand_in_trouble() or None if device == STAND_IN else None
