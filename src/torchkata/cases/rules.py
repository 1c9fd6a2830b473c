"""What can be said against a case without running it: a report that gives it away, a plant that leaves
traces, a field that names nothing."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator

from torchkata.cases.plant import CaseError, Fix
from torchkata.cases.project import ENTRY, Project
from torchkata.cases.shelf import Case
from torchkata.collection.catalogue import Catalogue, UnknownKata
from torchkata.collection.programs import imports, tree_of
from torchkata.finding.stems import stems

RIGHTS, WRONGS = 2, 1
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def of_all(cases: Iterable[Case], catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with these cases and with their projects."""
    projects = dict[str, Project]()
    for case in cases:
        projects[case.project.name] = case.project
        try:
            yield from (f"{case.name}: {problem}" for problem in of_case(case, catalogue))
        except CaseError as problem:  # an edit that doesn't fit; the other cases are looked at all the same
            yield str(problem)
    for project in projects.values():
        yield from of_project(project)


def of_project(project: Project) -> Iterator[str]:
    """What is wrong with a project as a whole."""
    source = project.folder / "project.toml"
    if project.level not in (1, 2, 3):
        yield f"{source}: level is 1, 2 or 3, not {project.level}"
    if not project.test.is_file():
        yield f"{project.test}: is missing; it says what the project promises"
    for file, text in project.files.items():
        tree = tree_of(text)
        for module in sorted(imports(tree)):
            own = f"{module}.py" in project.files
            if not own and module != "torch" and module not in sys.stdlib_module_names:
                where = project.folder / "project" / file
                yield f"{where}: imports {module}; torch and the standard library only"
    if '__name__ == "__main__"' not in project.files[ENTRY]:
        yield f"{project.folder / 'project' / ENTRY}: runs when it is imported; put it under `if __name__`"


def of_case(case: Case, catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with a plant. Raises `CaseError` where an edit doesn't fit."""
    plant = case.plant
    try:
        drill = catalogue[plant.kata]
        if drill.id != plant.kata:
            yield f"kata: write the whole id, {drill.id}"
        slug = drill.card.pitfall
    except UnknownKata as problem:
        yield f"kata: {problem.args[0]}"
        slug = ""
    if plant.file not in case.project.files:
        yield f"file: the project has no {plant.file}"
    yield from _edits(case)
    yield from _report(case, [*plant.diagnosis, slug.replace("-", " "), plant.kata.partition("/")[2]])


def log(report: str) -> list[str]:
    """The lines that a report quotes from the log."""
    lines = [line.rstrip() for fence in FENCE.findall(report) for line in fence.splitlines()]
    return [line for line in lines if line.strip() and line.strip() != "..."]


def _edits(case: Case) -> Iterator[str]:
    plant, healthy = case.plant, case.project.files
    changed = [name for name, text in case.planted.items() if text != healthy[name]]
    if changed != [plant.file]:
        yield f"edit: changes {', '.join(changed)}, and not {plant.file} alone"
    for trace in traces(healthy[plant.file], case.planted[plant.file]):
        yield f"edit: leaves a trace: {trace}"
    for kind, fixes, least in (("right", plant.rights, RIGHTS), ("wrong", plant.wrongs, WRONGS)):
        if len(fixes) < least:
            yield f"{kind}: there are {len(fixes)}; {least} at least are wanted"
        yield from _fixes(kind, fixes, case)


def _fixes(kind: str, fixes: Iterable[Fix], case: Case) -> Iterator[str]:
    for fix in fixes:
        text = case.plant.fixed(case.project.files, fix)
        if text == case.project.files:
            yield f"{kind} {fix.name}: is the healthy project; another fix is wanted"
        if kind == "wrong" and not fix.why.strip():
            yield f"wrong {fix.name}: why is empty"


def _report(case: Case, telling: Iterable[str]) -> Iterator[str]:
    report = case.plant.report
    if not log(report):
        yield "report: quotes nothing of the log; it needs a ```text fence"
    prose = stems(FENCE.sub(" ", report))
    for phrase in telling:
        wanted = stems(phrase)
        if wanted and any(prose[at : at + len(wanted)] == wanted for at in range(len(prose))):
            yield f"report: says {phrase!r}, which is the diagnosis"
    for file in case.project.files:
        if re.search(rf"\b{re.escape(file)}\b", report):
            yield f"report: names {file}"


def traces(healthy: str, planted: str) -> Iterator[str]:
    """What is left over in `planted` and wasn't in `healthy`: comments, and names that nobody uses."""
    for comment in (_comments(planted) - _comments(healthy)).elements():
        yield f"the comment {comment!r}"
    for name in sorted(_unused(tree_of(planted)) - _unused(tree_of(healthy))):
        yield f"{name}, which nothing uses any more"


def _comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


def _unused(tree: ast.Module) -> set[str]:
    """Imports, private functions and local names that are bound and never read."""
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    read |= {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    bound = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("_") and node.name[1:2] != "_":
            bound.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
    return {name for name in bound - read if name != "_"}
