"""Notices when a learner saves: by notification where the system sends any, else by looking."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

LOOK_EVERY = 0.2  # seconds, where no notification arrives
PROBE_WAIT = 1.5  # seconds for a notification about a file of our own
# Our own settings: the defaults of watchfiles report a save after a tenth of a second.
STEP, DEBOUNCE = 10, 50


class Watcher:
    """Calls `saved` from a thread of its own whenever something in `folder` may have changed.

    folder:  the folder with the learner's copies
    probe:   a file of ours, in a folder that is watched as well: writing it shows whether
             notifications arrive; on network mounts and in some containers they do not
    polling: told once, when it turns out that files have to be looked at instead
    """

    def __init__(
        self, folder: Path, probe: Path, saved: Callable[[], None], polling: Callable[[], None]
    ) -> None:
        self.folder, self.probe, self.saved, self.polling = folder, probe, saved, polling
        self._stop = threading.Event()
        self._heard = threading.Event()

    def start(self) -> None:
        probe_folder = self.probe.parent
        probe_folder.mkdir(parents=True, exist_ok=True)
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._decide, daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def _listen(self) -> None:
        try:
            import watchfiles

            changes = watchfiles.watch(
                self.folder,
                self.probe.parent,
                step=STEP,
                debounce=DEBOUNCE,
                stop_event=self._stop,
                watch_filter=None,
                rust_timeout=1000,
                raise_interrupt=False,
                force_polling=False,
            )
            for batch in changes:
                paths = {Path(path) for _, path in batch}
                if any(self._is_probe(path) for path in paths) and not self._heard.is_set():
                    self._heard.set()
                    self.saved()  # perhaps somebody saved before we listened
                if any(path.suffix == ".py" for path in paths if not self._is_probe(path)):
                    self._heard.set()
                    self.saved()
        except (ImportError, OSError, RuntimeError):
            return  # _decide finds that nothing is heard

    def _is_probe(self, path: Path) -> bool:
        return path.parent.name == self.probe.parent.name and path.name == self.probe.name

    def _decide(self) -> None:
        """Write the probe until it is heard of; after a while, look instead."""
        deadline = time.monotonic() + PROBE_WAIT
        number = 0
        while time.monotonic() < deadline and not self._heard.wait(0.1):
            number += 1
            try:
                self.probe.write_text(str(number))
            except OSError:
                break
        if self._heard.is_set() or self._stop.is_set():
            return
        before = self._stamps()
        self.polling()
        self.saved()  # perhaps somebody saved before we looked
        while not self._stop.wait(LOOK_EVERY):
            now = self._stamps()
            if now != before:
                before = now
                self.saved()

    def _stamps(self) -> dict[str, tuple[int, int, int]]:
        found = {}
        for file in self.folder.glob("*/*.py"):
            try:
                status = os.stat(file)
            except OSError:
                continue
            found[str(file)] = (status.st_mtime_ns, status.st_size, status.st_ino)
        return found
