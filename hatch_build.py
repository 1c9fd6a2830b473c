"""What a build adds: the katas, and on PyPI's page where the repository is.

An editable install reads the katas from the repository and copies none.
"""

import os
import re
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

PICTURES = (".svg", ".png")


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


class Links(MetadataHookInterface):
    """The README and the project's addresses. A release is built where the repository is, which GitHub
    tells its runners; anywhere else there are no addresses, and the README's links stay as they are."""

    def update(self, metadata: dict[str, Any]) -> None:
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        if name := os.environ.get("GITHUB_REPOSITORY"):
            repository = f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"
            at = os.environ.get("GITHUB_REF_NAME", "main")
            text = absolute(text, repository, at)
            metadata["urls"] = {
                "Repository": repository,
                "Issues": f"{repository}/issues",
                "Changelog": f"{repository}/blob/{at}/CHANGELOG.md",
            }
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def absolute(text: str, repository: str, at: str) -> str:
    """Markdown whose links into the repository lead there: pages to be read, pictures to be shown."""

    def lead(link: re.Match[str]) -> str:
        kind = "raw" if link[1].endswith(PICTURES) else "blob"
        return f"]({repository}/{kind}/{at}/{link[1]})"

    return re.sub(r"\]\((?![a-z]+:|#)([^)\s]+)\)", lead, text)
