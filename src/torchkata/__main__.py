"""`kata` and `python -m torchkata`: the one place that is there before anything takes its time."""

import sys


def main() -> None:
    try:
        from torchkata.cli.main import main as run
    except KeyboardInterrupt:  # Ctrl-C while modules are loaded is no reason for a traceback
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
