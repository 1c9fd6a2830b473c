"""torchkata: broken PyTorch training code, its fix, and tests that prove both."""

__version__ = "0.1.0"
