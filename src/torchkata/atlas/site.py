"""The site: pages from templates, written only where they differ from what is there."""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from torchkata import markup
from torchkata.atlas import case_files
from torchkata.atlas.search import index
from torchkata.cases.shelf import Shelf
from torchkata.collection.catalogue import TRACKS, Catalogue, Entry
from torchkata.collection.starting import explanation
from torchkata.pictures import bars
from torchkata.pictures.choice import Picture
from torchkata.pictures.gallery import Gallery

HERE = Path(__file__).parent
AROUND = 2  # lines around a change
# Documents that become pages, in the order of the menu.
DOCUMENTS = {
    "policy-gradients": ("docs/policy_gradients.md", "Policy gradients"),
    "facilitators": ("docs/facilitators.md", "In front of a room"),
    "ci": ("docs/ci.md", "In CI"),
    "grading": ("docs/grading.md", "Grading"),
    "json": ("docs/json.md", "JSON"),
    "limits": ("docs/limits.md", "What a check promises"),
    "quiz": ("katas/QUIZ.md", "Quiz"),
}


@dataclass
class Built:
    """What `build` did: pages written, pages that were up to date already, and katas without a picture."""

    written: list[Path] = field(default_factory=list)
    kept: int = 0
    plain: list[str] = field(default_factory=list)


class Site:
    """Renders pages into one folder. Every address in it is relative, so it works below any path.

    `build` raises `CaseError` for a case that can't be read.
    """

    def __init__(self, catalogue: Catalogue, out: Path, pictures: Mapping[str, Sequence[Picture]]) -> None:
        self.catalogue, self.out, self.pictures = catalogue, out, pictures
        self.evidence = Gallery(catalogue.tree).evidence
        self.shelf = Shelf(catalogue.tree)
        self.built = Built()
        self.documents = {
            name: (catalogue.tree.root / file, title)
            for name, (file, title) in DOCUMENTS.items()
            if (catalogue.tree.root / file).is_file()
        }
        self.environment = Environment(
            loader=PackageLoader("torchkata.atlas"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip

    def build(self) -> Built:
        entries = self.catalogue.entries
        tracks: dict[str, list[Entry]] = {}
        for entry in entries:
            tracks.setdefault(entry.card.track, []).append(entry)
        menu = [(case_files.INDEX, "Case files")] if self.shelf.projects else []
        menu += [(f"{name}.html", title) for name, (_, title) in self.documents.items()]
        shared = {"tracks": tracks, "about": TRACKS, "menu": menu, "count": len(entries)}
        self._page("index.html", "home.html", **shared, session=self._session())
        for track, of in tracks.items():
            self._page(f"tracks/{track}.html", "track.html", **shared, track=track, of=of)
        for place, entry in enumerate(entries):
            after = entries[place + 1] if place + 1 < len(entries) else None
            around = entries[place - 1] if place else None, after
            self._page(
                f"katas/{entry.id}.html",
                "kata.html",
                **shared,
                entry=entry,
                around=around,
                **self._of_kata(entry),
            )
        for name, (file, title) in self.documents.items():
            text = markup.markdown(file.read_text(encoding="utf-8"), self._links(file))
            self._page(f"{name}.html", "document.html", **shared, title=title, text=text)
        self._cases(shared)
        self._write("search-index.js", index(entries, self.shelf.cases))
        for asset in sorted((HERE / "static").iterdir()):
            self._write(asset.name, asset.read_text(encoding="utf-8"))
        return self.built

    def _cases(self, shared: dict[str, Any]) -> None:
        if not self.shelf.projects:
            return
        projects = case_files.by_project(self.shelf)
        self._page(case_files.INDEX, "cases.html", **shared, projects=projects)
        drills = {entry.id: entry for entry in self.catalogue.entries}
        for project, of in projects:
            texts = {name: markup.markdown(getattr(project, name)) for name in ("about", "gives")}
            here = f"cases/{project.name}.html"
            self._page(
                here,
                "project.html",
                **shared,
                project=project,
                texts=texts,
                of=[(case, case_files.beginning(case)) for case in of],
            )
            for case in of:
                values, drill = case_files.page(case, AROUND), drills.get(case.plant.kata)
                self._page(case_files.address(case), "case.html", **shared, **values, drill=drill)

    def _of_kata(self, entry: Entry) -> dict[str, Any]:
        kata, card = entry.kata, entry.card
        texts = {name: markup.markdown(text) for name, text in card.sections.items()}
        drawn = self.pictures.get(entry.id, ())
        if not drawn:
            self.built.plain.append(entry.id)
        broken, fixed = (file.read_text(encoding="utf-8") for file in (kata.broken, kata.fixed))
        return {
            "card": card,
            "texts": texts,
            "question": markup.question(card.sections["Predict"]),
            "options": markup.options(card.sections["Predict"]),
            "hints": [markup.markdown(hint) for hint in card.hints],
            "program": markup.code(broken),
            "difference": markup.difference(broken, fixed, AROUND),
            "wrongs": [explanation(wrong) for wrong in kata.wrongs],
            "pictures": [
                {
                    "title": one.title,
                    "kind": one.kind,
                    "svgs": [Markup(svg) for svg in one.svgs],
                    "said": one.said,
                }
                for one in drawn
            ],
            "evidence": self._evidence_of(entry),
            "known": {other.id for other in self.catalogue.entries},
        }

    def _evidence_of(self, entry: Entry) -> dict[str, Any] | None:
        records = self.evidence.get(entry.id)
        return {"claim": records[0]["claim"], "rows": bars.table(records)} if records else None

    def _session(self) -> Markup:
        picture = self.catalogue.tree.root / "docs" / "session.svg"
        if not picture.is_file():
            return Markup("")
        self._write("session.svg", picture.read_text(encoding="utf-8"))
        return Markup(
            '<img src="session.svg" alt="A session in the terminal: a kata, a hint, a fix, green.">'
        )

    def _links(self, file: Path) -> markup.Rewrite:
        """From one document of the tree to another's page, to a kata's, or to a place on the same page."""
        pages = {path.resolve(): f"{name}.html" for name, (path, _) in self.documents.items()}
        if self.shelf.projects:
            pages[(self.catalogue.tree.root / "docs" / "cases.md").resolve()] = case_files.INDEX
        pages |= {entry.kata.card.resolve(): f"katas/{entry.id}.html" for entry in self.catalogue.entries}

        def rewrite(target: str) -> str | None:
            if target.startswith(("https://", "http://")):
                return target
            path, _, _ = target.partition("#")
            return pages.get((file.parent / path).resolve()) if path else None

        return rewrite

    def _page(self, address: str, template: str, **values: Any) -> None:
        root = posixpath.relpath(".", posixpath.dirname(address) or ".")
        text = self.environment.get_template(template).render(
            **values, address=address, root="" if root == "." else f"{root}/"
        )
        self._write(address, text)

    def _write(self, address: str, text: str) -> None:
        file = self.out / address
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            self.built.kept += 1
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        self.built.written.append(file)


def clear(out: Path) -> None:
    """Remove a site that was built here before, and nothing else."""
    if (out / "search-index.js").is_file():
        shutil.rmtree(out)
