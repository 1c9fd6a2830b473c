"""What a program does that no fix needs to do: for a person to look at before it counts as solved.

Read off the syntax tree, without running anything. It stops nobody who tries hard enough, and it says so
to nobody but the grader. Right programs are hardly ever named: a test reads all of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from torchkata.collection import programs
from torchkata.grading.harmless import given_files, keeps_its_values, private_names, types_alone
from torchkata.grading.naming import constants, its_own, names_an_attribute, of_a_type, shadows
from torchkata.grading.reaching import ONLY, PLAIN, TELLING, is_module, reaches
from torchkata.grading.words import (
    ABOUT,
    ANSWERING,
    ASKED,
    BUILTINS,
    COLLECTED,
    COMPUTED,
    COPYING,
    FRAMES,
    INNER,
    SETTINGS,
    VALUES,
)


@dataclass(frozen=True)
class Finding:
    """One thing to look at: the line that it stands on, and what it is."""

    line: int
    what: str


def findings(program: bytes, counted: bool = True) -> list[Finding]:
    """All of a program, by line; of one that is no Python, none: it is not solved either.

    counted: whether the kata's tests count what torch does, so that nothing should happen elsewhere
    """
    try:
        tree = programs.tree_of(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    try:
        found = {Finding(getattr(node, "lineno", 0), what) for node, what in _Reader(tree, counted).read()}
    except RecursionError:
        return [Finding(0, "an expression too deep to be read")]
    return sorted(found, key=lambda finding: (finding.line, finding.what))


Found = Iterator[tuple[ast.AST, str]]


class _Reader:
    """One program: which names are modules or come from one, and what is done with them."""

    def __init__(self, tree: ast.Module, counted: bool) -> None:
        self.tree, self.counted = tree, counted
        self.imported: dict[str, str] = {}  # name in the program → dotted path
        self.shadows = set(shadows(tree))
        self.based: set[int] = set()  # names and attributes that another attribute is taken of
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    self.imported[name] = alias.name if alias.asname else name
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self.imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            elif isinstance(node, ast.Attribute):
                self.based.add(id(node.value))
        self.aliased: set[str] = set()
        self.texts = constants(tree) - self.imported.keys()
        for node in ast.walk(tree):  # T = torch.Tensor; T.add = ...
            if isinstance(node, ast.Assign) and (path := self.path(node.value)):
                aliases = {t.id: path for t in node.targets if isinstance(t, ast.Name)}
                self.imported |= aliases
                self.aliased |= aliases.keys()
        self.harmless = given_files(tree) | types_alone(tree)
        self.types = {
            t.id
            for n in ast.walk(tree)
            if isinstance(n, ast.Assign) and of_a_type(n.value)
            for t in n.targets
            if isinstance(t, ast.Name)
        }  # kind = type(result)
        self.shadows -= {id(n) for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in self.aliased}

    def _is_text(self, node: ast.expr) -> bool:
        """A text as it stands, or a name that is never anything else."""
        return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id in self.texts)

    def path(self, node: ast.AST) -> str:
        """The dotted path of something imported; empty for anything else."""
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self.imported or id(node) in self.shadows:
            return ""
        return ".".join([self.imported[node.id], *reversed(names)])

    def read(self) -> Found:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield from self._import(node)
            elif isinstance(node, ast.Attribute):
                yield from self._attribute(node)
            elif isinstance(node, ast.Name):
                yield from self._name(node)
            elif isinstance(node, ast.Call):
                yield from self._call(node)
            elif isinstance(node, ast.ClassDef):
                yield from self._class(node)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _defines(node, node.name)
            elif isinstance(node, ast.MatchAs | ast.MatchStar):
                yield from _defines(node, node.name or "")
            elif isinstance(node, ast.MatchClass):
                yield from (
                    (node, f"reads {n}") for n in node.kwd_attrs if n in FRAMES | INNER | ABOUT | TELLING
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                named = sorted(name for name in FRAMES | INNER if "_" in name and name in node.value)
                yield from ((node, f"a text names {name}") for name in named[:1])

    def _class(self, node: ast.ClassDef) -> Found:
        listed = any(self.path(base).startswith("enum.") for base in node.bases)  # class Mode(str, Enum)
        for base in node.bases:
            path = self.path(base)
            name = base.id if isinstance(base, ast.Name) and not path else path
            kind = VALUES.get(name) or COLLECTED.get(path)
            if path == "torch.Tensor" or (
                kind is not None and not listed and not keeps_its_values(node, self.tree, kind)
            ):
                yield node, f"derives from {name}, whose values tests compare"
            if path.partition(".")[0] in PLAIN and (private := private_names(node)):
                yield node, f"derives from {path} and changes its {private[0]}"
        if any(keyword.arg == "metaclass" for keyword in node.keywords):
            yield node, "has a metaclass"

    def _import(self, node: ast.Import | ast.ImportFrom) -> Found:
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        else:
            modules = [f"{node.module or ''}.{alias.name}" for alias in node.names]
            if node.level or any(alias.name == "*" for alias in node.names):
                yield node, "imports names that it does not list"
        for alias in node.names:
            yield from _defines(node, alias.asname or "")
        for module in modules:
            top = module.partition(".")[0]
            if top == "pathlib" and self._are_types("pathlib"):
                continue
            if top not in PLAIN | ONLY.keys() | {"torch"}:
                yield node, f"imports {top}"
            elif top == "numpy" and self.counted:
                yield node, "goes on in numpy, where no test can count what is done"
            elif reaching := reaches(module):
                yield node, f"imports {module}: {reaching}"

    def _are_types(self, module: str) -> bool:
        """Whether what comes from a module is used for types alone."""
        names = [n for n in ast.walk(self.tree) if isinstance(n, ast.Name)]
        return all(id(n) in self.harmless for n in names if self.path(n).partition(".")[0] == module)

    def _attribute(self, node: ast.Attribute) -> Found:
        path = self.path(node)
        if node.attr in FRAMES:
            yield node, f"reads {node.attr}, a way to the caller's frames"
        elif node.attr in INNER:
            yield node, f"reads {node.attr}"
        elif path and id(node) not in self.harmless and (reaching := reaches(path)):
            yield node, f"uses {path}: {reaching}"
        elif not path and node.attr in ABOUT | TELLING:
            yield node, f"reads {node.attr}, a way from a value to a module"
        if isinstance(node.ctx, ast.Store | ast.Del):
            if path and not path.startswith(SETTINGS):
                yield node, f"rebinds {path}"
            elif node.attr in ASKED and not its_own(node.value):
                yield node, f"replaces {node.attr} of an object"
            elif node.attr.startswith("_") and not node.attr.endswith("__") and not its_own(node.value):
                yield node, f"rebinds {node.attr}, a private name of another object"
            elif node.attr.startswith("__") and node.attr.endswith("__"):
                yield node, f"rebinds {node.attr}"
            elif of_a_type(node.value) or (isinstance(node.value, ast.Name) and node.value.id in self.types):
                yield node, f"rebinds {node.attr} of a type"
        elif path and id(node) not in self.based and is_module(path):
            yield node, f"hands the module {path} around"
        if node.attr in ("format", "format_map") and not self._is_text(node.value):
            yield node, "fills in a text that is computed: it can name any attribute"
        elif node.attr == "numpy" and not path and self.counted:
            yield node, "goes on in numpy, where no test can count what is done"

    def _name(self, node: ast.Name) -> Found:
        if node.id in self.imported and id(node) not in self.shadows:
            path = self.imported[node.id]
            if isinstance(node.ctx, ast.Load) and id(node) not in self.based and is_module(path):
                yield node, f"hands the module {path} around"
        elif node.id in BUILTINS and isinstance(node.ctx, ast.Load) and id(node) not in self.harmless:
            yield node, f"uses {node.id}"
        elif node.id in FRAMES | INNER and isinstance(node.ctx, ast.Load):
            yield node, f"reads {node.id}"
        elif isinstance(node.ctx, ast.Store):
            yield from _defines(node, node.id)

    def _call(self, node: ast.Call) -> Found:
        function = node.func
        for place, argument in enumerate([*node.args, *(keyword.value for keyword in node.keywords)]):
            if isinstance(argument, ast.Name) and argument.id in COMPUTED:
                if len(node.args) > place + 2:  # stack.callback(setattr, model, "training", True)
                    yield from self._computed(node, argument.id, node.args[place + 1 :])
                else:
                    yield node, f"hands {argument.id} around"
        paths = [self.path(part) for part in (function, *node.args)]
        names_them = any(keyword.arg not in ("wrapper", "wrapped") for keyword in node.keywords)
        if paths[0] in COPYING and (names_them or len(node.args) > COPYING[paths[0]]):
            yield node, f"calls {paths[0]} with the names of attributes"
        elif any(path in COPYING for path in paths[1:]):
            yield node, "hands functools.update_wrapper around"
        matters = any(path.endswith(".load") or path.startswith("logging.") for path in paths)
        for keyword in node.keywords:
            value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            if keyword.arg == "weights_only" and value is not True:
                yield node, "loads a pickle, which can run anything"
            elif keyword.arg == "style" and matters and value != "%":
                yield node, "fills in texts that can name any attribute"
            elif keyword.arg is None and matters:
                yield node, f"calls {paths[0]} with options that are computed"
        if isinstance(function, ast.Name) and function.id == "type" and len(node.args) > 1:
            yield node, "makes a type at run time"
        if isinstance(function, ast.Name) and function.id in COMPUTED:
            yield from self._computed(node, function.id, node.args)

    def _computed(self, node: ast.Call, function: str, arguments: list[ast.expr]) -> Found:
        """Of `getattr` and the like, called here or by whoever is handed them with all they need."""
        if len(arguments) < 2 or not names_an_attribute(arguments[1]):
            yield node, f"{function} with a name that is computed"
            return
        name = arguments[1]
        if isinstance(name, ast.Constant) and name.value in FRAMES | INNER | ABOUT | TELLING:
            yield node, f"reads {name.value}"
        if function == "setattr" and self.path(arguments[0]):
            yield node, f"rebinds a name of {self.path(arguments[0])}"


def _defines(node: ast.AST, name: str) -> Found:
    """Of a name that is bound, by whatever means: a `def`, an assignment, an import, a pattern."""
    if name in ANSWERING:
        yield node, f"defines {name}, which decides how comparisons come out"
    elif name in INNER:
        yield node, f"defines {name}"
