"""How CUDA computes in every check and every test: decided here, and nowhere else.

Whatever the caller has set, the same program comes to the same verdict.
"""

from __future__ import annotations

import os

ENVIRONMENT = {
    # Exact results on every machine: cuBLAS needs its workspace named before it is loaded.
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
    # torch asks NVML whether a GPU is there; cuInit() would forbid every fork that follows.
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
    # Launches don't wait, as in training: what is about streams would look right otherwise. An error that is
    # reported late still belongs to its test, which waits for the device at its end: see `settle`.
    "CUDA_LAUNCH_BLOCKING": "0",
}
# With this, no program could choose its precision.
DROPPED = ("NVIDIA_TF32_OVERRIDE",)


def of(environment: dict[str, str]) -> dict[str, str]:
    """An environment, with these decisions in the place of the caller's."""
    return {name: value for name, value in environment.items() if name not in DROPPED} | ENVIRONMENT


def impose() -> None:
    """In this process and those that it starts; before CUDA is asked for anything."""
    for name in DROPPED:
        os.environ.pop(name, None)
    os.environ.update(ENVIRONMENT)


def apply() -> None:
    """In a process that is about to use CUDA: float32 is float32, in cuDNN's convolutions as well."""
    import torch

    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False


def settle() -> None:
    """Wait for what a test has launched; raises its error, which else would be the next test's."""
    import torch

    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.synchronize()
