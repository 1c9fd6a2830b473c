"""Put the katas into the wheel. An editable install reads them from the repository and copies none."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Katas(BuildHookInterface):
    """`force-include` in pyproject.toml would do it too, and leave stale copies in editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "standard":
            return
        sys.path.insert(0, str(Path(self.root, "src")))
        from torchkata.collection import content
        from torchkata.collection.layout import Tree

        tree = Tree(Path(self.root))
        for file in content.files(tree):
            inside = file.relative_to(tree.root).as_posix()
            build_data["force_include"][str(file)] = f"torchkata/content/{inside}"
