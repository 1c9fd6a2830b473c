"""Notices when files are saved: by notification where the system sends any, else by looking."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

LOOK_EVERY = 0.2  # seconds, where no notification arrives
PROBE_WAIT = 1.5  # seconds for a notification about a file of our own
# Our own settings: the defaults of watchfiles report a save after a tenth of a second.
STEP, DEBOUNCE = 10, 50

Stamps = dict[Path, tuple[int, int, int]]


class Watcher:
    """Calls `saved` from a thread of its own whenever a Python file in `folders` may have changed.

    folders: each holds TRACK/NAME.py
    probe:   a file of ours, in a folder that is watched as well: writing it shows whether
             notifications arrive; on network mounts and in some containers they do not
    beside:  a folder whose own Python files are looked at as well; what is below it may be very much
    saved:   gets the files; an empty set for "perhaps something, look for yourself"
    polling: told once, when it turns out that files have to be looked at instead
    """

    def __init__(
        self,
        folders: Sequence[Path],
        probe: Path,
        saved: Callable[[frozenset[Path]], None],
        polling: Callable[[], None],
        *,
        beside: Path | None = None,
    ) -> None:
        self.folders, self.probe, self.saved, self.polling = folders, probe, saved, polling
        self.beside = beside
        self.linked: Path | None = None
        self._stop = threading.Event()
        self._heard = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._look, daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def follow(self, file: Path) -> None:
        """Look at `file` as well if it is a link: what it leads to is saved in another folder."""
        self.linked = file if file.is_symlink() else None

    def _listen(self) -> None:
        try:
            import watchfiles

            self.probe.parent.mkdir(parents=True, exist_ok=True)
            changes = watchfiles.watch(
                *self.folders,
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
                    self.saved(frozenset())  # perhaps somebody saved before we listened
                programs = frozenset(p for p in paths if p.suffix == ".py" and not self._is_probe(p))
                if programs:
                    self._heard.set()
                    self.saved(programs)
        except (ImportError, OSError, RuntimeError):
            return  # the other thread finds that nothing is heard

    def _is_probe(self, path: Path) -> bool:
        return path.parent.name == self.probe.parent.name and path.name == self.probe.name

    def _look(self) -> None:
        """Look at what no notification tells of: everything, or only at a link and at what is beside."""
        before = self._stamps(everything=False)  # both may be saved while we still listen
        everything = not self._hears()
        if everything:
            before = self._stamps(everything=True) | before
            self.polling()
            self.saved(frozenset())  # perhaps somebody saved before we looked
        while not self._stop.wait(LOOK_EVERY):
            now = self._stamps(everything=everything)
            changed = {file for file in before.keys() | now.keys() if before.get(file) != now.get(file)}
            before = now
            if changed:
                self.saved(frozenset(changed))

    def _hears(self) -> bool:
        """Write the probe until it is heard of, for a while."""
        deadline = time.monotonic() + PROBE_WAIT
        number = 0
        while time.monotonic() < deadline and not self._heard.wait(0.1):
            number += 1
            try:
                self.probe.parent.mkdir(parents=True, exist_ok=True)
                self.probe.write_text(str(number), encoding="utf-8")
            except OSError:
                break
        return self._heard.is_set() or self._stop.is_set()

    def _stamps(self, *, everything: bool) -> Stamps:
        files = [file for folder in self.folders for file in folder.glob("*/*.py")] if everything else []
        linked = self.linked
        return _stamps([*files, *self._files_beside(), *([linked] if linked else [])])

    def _files_beside(self) -> list[Path]:
        return list(self.beside.glob("*.py")) if self.beside is not None else []


def _stamps(files: Iterable[Path]) -> Stamps:
    found = {}
    for file in files:
        try:
            status = os.stat(file)
        except OSError:
            continue
        found[file] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found
