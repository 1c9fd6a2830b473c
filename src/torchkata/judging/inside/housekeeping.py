"""Nurseries that leave no folder behind: a judge that was killed can't remove those of its checks."""

from __future__ import annotations

import json
from pathlib import Path

from torchkata.judging.inside.keeping import KeepingNursery
from torchkata.judging.inside.nursery import Nursery
from torchkata.system import scratch


class Housekeeper(Nursery):
    """Removes the folders of its checks when the judge hangs up."""

    folders: tuple[Path, ...] = ()

    def employ(self, request: bytes, report: int, output: int, control: int) -> None:
        super().employ(request, report, output, control)
        here = [folder for folder in self.folders if folder.exists()]
        self.folders = (*here, Path(json.loads(request)["scratch"]))

    def end(self) -> None:
        super().end()
        for folder in self.folders:
            scratch.remove(folder)


class KeepingHousekeeper(Housekeeper, KeepingNursery):
    """The same, where children are kept."""
