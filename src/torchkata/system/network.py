"""This machine in its network."""

from __future__ import annotations

import socket


def our_address() -> str:
    """By which others on this network reach us; nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
