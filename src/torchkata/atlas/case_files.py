"""What the site says of case files. What was planted is behind a click, and in no address and no index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from torchkata import markup
from torchkata.cases.project import Project
from torchkata.cases.record import BUDGET
from torchkata.cases.shelf import Case, Shelf

INDEX = "cases/index.html"


def address(case: Case) -> str:
    return f"cases/{case.number}.html"


def by_project(shelf: Shelf) -> list[tuple[Project, list[Case]]]:
    """In an order that says nothing: by level, then by number. Raises `CaseError`."""
    return [
        (
            project,
            sorted(
                (case for case in shelf.cases if case.project.name == project.name),
                key=lambda case: (case.plant.level, case.number),
            ),
        )
        for project in shelf.projects
    ]


def beginning(case: Case) -> Markup:
    """The first paragraph of its report, to choose by."""
    return markup.markdown(case.plant.report.strip().partition("\n\n")[0])


def page(case: Case, around: int) -> dict[str, Any]:
    """The values of one case's page; a change is shown with so many lines around it. Raises `CaseError`."""
    plant, file = case.plant, case.plant.file
    return {
        "case": case,
        "budget": BUDGET[plant.level],
        "report": markup.markdown(plant.report),
        "gives": markup.markdown(case.project.gives),
        "asks": [(markup.markdown(question), markup.markdown(answer)) for question, answer in plant.asks],
        "diagnosis": plant.diagnosis,
        "truth": markup.markdown(plant.truth),
        "difference": markup.difference(case.planted[file], case.project.files[file], around),
        "wrongs": [(fix.name.replace("_", " "), markup.markdown(fix.why)) for fix in plant.wrongs],
    }


def searched(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """What the search knows of each: the words of its report, and none of its truth."""
    return [
        {
            "id": f"case {case.number}",
            "page": address(case),
            "title": case.project.title,
            "level": case.plant.level,
            "fields": {"symptom": case.plant.report},
        }
        for case in cases
    ]
