"""The judge listens to one check, until it ends or a limit ends it: what the child reports, what the program
prints, and what the warm parent says of the time that was used. Linux."""

from __future__ import annotations

import os
import selectors
import socket
import time
from contextlib import suppress

from torchkata.judging import reports
from torchkata.judging.worker import (
    OUTPUT_KEPT,
    OUTPUT_LIMIT,
    PATIENCE,
    TIME,
    Cancel,
    Run,
    by_the_clock,
    decoded,
)

ASK_EVERY = 0.2  # seconds at least between two questions for the processor time
ANSWER_TIMEOUT = 15.0  # seconds for ending a child with all that it has started


def _seconds(answer: bytes) -> float:
    try:
        return float(answer.removeprefix(TIME))
    except ValueError:
        return 0.0


def listen(
    report: int, output: int, control: socket.socket, seconds: float, cancel: Cancel | None = None
) -> Run:
    """Collect a child's words until the parent says that it is gone."""
    run = Run()
    begun = time.monotonic()
    deadline = begun + seconds
    said, printed = bytearray(), bytearray()
    total = 0
    asked = 0.0  # when the time was asked for, while no answer has come

    def stop(why: str) -> None:
        nonlocal deadline
        run.ended, deadline = why, time.monotonic() + ANSWER_TIMEOUT
        with suppress(OSError):  # the parent is gone already, and the child goes with it
            control.send(b"kill")

    with selectors.DefaultSelector() as selector:
        for source in (report, output, control):
            selector.register(source, selectors.EVENT_READ)
        if cancel is not None:
            selector.register(cancel, selectors.EVENT_READ)
        gone = False
        while not gone:
            for key, _ in selector.select(max(0.0, deadline - time.monotonic())):
                if key.fileobj is control:
                    answer = control.recv(64)
                    if answer.startswith(TIME):
                        # It was given the time of the clock; what counts is the time that it had.
                        asked = 0.0
                        used, waited = _seconds(answer), time.monotonic() - begun
                        if used >= seconds:
                            stop("timeout")
                        elif waited >= seconds * PATIENCE:
                            stop(by_the_clock(used, seconds))
                        else:
                            deadline = time.monotonic() + max(ASK_EVERY, seconds - used)
                        continue
                    gone = True
                    run.status = int(answer) if answer else None
                    if not answer:
                        run.ended = run.ended or "lost"
                    continue
                if key.fileobj is cancel:
                    selector.unregister(key.fd)
                    stop("cancelled")
                    continue
                chunk = os.read(key.fd, 65536)
                if not chunk:
                    selector.unregister(key.fd)
                elif key.fd == report:
                    said += chunk
                    if reports.is_last(said):
                        gone, run.status = True, 0  # the parent ends and buries what is left of it
                else:
                    total += len(chunk)
                    printed += chunk[: max(0, OUTPUT_KEPT - len(printed))]
                if (total > OUTPUT_LIMIT or len(said) > reports.LIMIT) and not run.ended:
                    stop("output_limit")
            if not gone and time.monotonic() >= deadline:
                if run.ended:
                    break  # asked to kill it, and no answer: the parent itself has been stopped
                if asked and time.monotonic() >= asked + ANSWER_TIMEOUT:
                    stop("timeout")
                    continue
                asked, deadline = asked or time.monotonic(), time.monotonic() + ANSWER_TIMEOUT
                with suppress(OSError):
                    control.send(TIME)
    # What the child wrote before it went may still be in the pipes.
    for fd, sink in ((report, said), (output, printed)):
        os.set_blocking(fd, False)
        try:
            while chunk := os.read(fd, 65536):
                sink += chunk
                if len(sink) > reports.LIMIT:
                    break
        except BlockingIOError:
            pass
    run.output = decoded(bytes(printed[:OUTPUT_KEPT]), cut=max(total, len(printed)) > OUTPUT_KEPT)
    run.reports = reports.parsed(bytes(said))
    return run
