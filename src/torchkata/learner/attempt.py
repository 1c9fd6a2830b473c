"""One check at a time, of the newest text, in a thread of its own: what the loop waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable

from torchkata.collection.catalogue import Entry
from torchkata.judging.judge import Judge
from torchkata.judging.worker import Cancel, Cancelled
from torchkata.learner.inbox import Checked, Failed
from torchkata.system.paths import shown


class Attempt:
    """Begins checks and calls them off. Everything but the check runs in the loop's thread.

    put: takes the verdict, or the reason why there is none, from the check's thread
    """

    def __init__(self, judge: Judge, put: Callable[[Checked | Failed], None]) -> None:
        self.judge, self.put = judge, put
        self._serial = 0
        self._cancel: Cancel | None = None

    @property
    def running(self) -> bool:
        return self._cancel is not None

    def begin(self, entry: Entry, program: bytes) -> None:
        """Check `program`; a check that is still running is called off."""
        self.call_off()
        self.judge.renew()
        self._cancel = Cancel()
        arguments = (self._serial, entry, program, self._cancel)
        threading.Thread(target=self._judge, args=arguments, daemon=True).start()

    def _judge(self, serial: int, entry: Entry, program: bytes, cancel: Cancel) -> None:
        try:
            verdict = self.judge.check(entry, program, shown(entry.kata.copy), cancel)
        except Cancelled:
            return
        except Exception as problem:  # without a word the loop would wait for ever
            self.put(Failed(serial, problem))
            return
        self.put(Checked(serial, verdict))

    def call_off(self) -> None:
        if self._cancel is not None:
            self._cancel.set()
            self._cancel = None
        self._serial += 1  # a verdict that is on its way already belongs to an older text

    def ended(self, event: Checked | Failed) -> bool:
        """Whether `event` is the end of what was begun last, which is then over."""
        if event.serial != self._serial:
            return False
        self._cancel = None
        return True
