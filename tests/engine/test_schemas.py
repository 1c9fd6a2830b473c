"""The JSON that torchkata writes is what its schemas say, and docs/json.md says the same in words."""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

import torchkata
from torchkata.collection import records
from torchkata.collection.card import KINDS, NEEDS
from torchkata.collection.catalogue import Catalogue
from torchkata.grading import result
from torchkata.judging import verdict
from torchkata.judging.judge import Judge
from torchkata.judging.worker import Limits
from torchkata.learner.progress import State
from torchkata.show.verdicts import LABELS

FOLDER = Path(torchkata.__file__).with_name("schemas")
SCHEMAS = {
    file.name.removesuffix(".schema.json"): json.loads(file.read_text()) for file in FOLDER.glob("*.json")
}
PAGE = Path(__file__).parents[2] / "docs" / "json.md"


def closed(schema, place=""):
    """The same schema, refusing fields that it doesn't name: what is written is documented as a whole.

    `bare` is a part of another object, which adds a name to it; that one is closed.
    """
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(value, key) for key, value in schema.items()}
    if {"properties", "required"} <= schema.keys() and place != "bare":
        found["unevaluatedProperties"] = False
    return found


REGISTRY = Registry().with_resources(
    (f"{name}.schema.json", Resource.from_contents(closed(schema))) for name, schema in SCHEMAS.items()
)


def check(name, value):
    Draft202012Validator(closed(SCHEMAS[name]), registry=REGISTRY).validate(value)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one_and_describes_each_field(name):
    Draft202012Validator.check_schema(SCHEMAS[name])

    def look(schema, where):
        if isinstance(schema, list):
            for one in schema:
                look(one, where)
        elif isinstance(schema, dict):
            for field, of in schema.get("properties", {}).items():
                assert of.get("description"), f"{where}.{field}"
            for key, value in schema.items():
                look(value, f"{where}.{key}")

    look(SCHEMAS[name], name)


# Verdicts


PROGRAMS = {
    "solved": "2 * values",
    "untouched": "values + 1",
    "wrong_fix": "3 * values",
    "failing": "5 * values",
    "invalid": "values * (2",
    "early_exit": "__import__('os')._exit(0)",
    "timeout": "[0 for _ in iter(int, 1)]",
}


@pytest.fixture(scope="module")
def quick(dojo):
    with Judge(dojo, dojo.katas(), limits=Limits(seconds=1.0)) as judge:
        yield judge


@pytest.mark.parametrize("kind", PROGRAMS)
def test_verdicts(quick, dojo, toy, kind):
    (entry,) = Catalogue(dojo).entries
    found = quick.check(entry, toy.program(PROGRAMS[kind]).encode(), Path("double.py"))
    assert found.verdict == kind
    check("verdict", json.loads(found.to_json()))


def test_a_verdict_of_the_command_and_our_own_fault(tree, kata_command):
    tree.kata("toy/double").copy.write_text("x = 1\n")
    check("verdict", json.loads(kata_command("check", "toy/double", "--json").stdout))
    tree.kata("toy/double").test.write_text("raise ValueError\n")
    found = json.loads(kata_command("check", "toy/double", "--json").stdout)
    assert found["verdict"] == "internal"
    check("verdict", found)


def test_what_is_no_verdict_is_refused(quick, dojo, toy):
    (entry,) = Catalogue(dojo).entries
    found = json.loads(quick.check(entry, toy.program("5 * values").encode(), Path("double.py")).to_json())
    wrongs = [{"schema": "kata-verdict/2"}, {"verdict": "fine"}, {"line": 0}, {"kata": "double"}, {"new": 1}]
    for wrong in wrongs:
        with pytest.raises(jsonschema.ValidationError):
            check("verdict", found | wrong)
    for field in found:
        with pytest.raises(jsonschema.ValidationError):
            check("verdict", {name: value for name, value in found.items() if name != field})
    less = copy.deepcopy(found)
    less["tests"][0]["outcome"] = "green"
    with pytest.raises(jsonschema.ValidationError):
        check("verdict", less)


# Everything else


def kata(root, *args):
    done = subprocess.run(
        [sys.executable, "-m", "torchkata", *args], cwd=root, capture_output=True, text=True, timeout=120
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def test_the_list_and_what_is_found(repository):
    rows = json.loads(kata(repository.root, "list", "--json"))
    assert len(rows) == len(Catalogue(repository).entries)
    check("list", rows)
    hits = json.loads(kata(repository.root, "find", "--json", "backward through the graph a second time"))
    assert hits
    check("found", hits)


def test_the_evidence(repository):
    lines = repository.evidence.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 100
    for line in lines:
        check("evidence", json.loads(line))


def test_a_grading_with_every_outcome_that_it_can_have(tree, toy, tmp_path):
    bodies = {"ann": "2 * values", "bob": "values * 2", "eve": "5 * values", "dan": None, "joe": "3 * values"}
    for name, body in bodies.items():
        folder = tmp_path / "class" / name / "toy"
        folder.mkdir(parents=True)
        if body is not None:
            (folder / "double.py").write_text(toy.program(body))
    (tmp_path / "class" / "ann" / "toy" / "dobule.py").write_text("")
    file = tmp_path / "report.json"
    args = ["--each", "--tree", str(tree.root), "--keep", str(tmp_path / "keep"), "--json", str(file)]
    kata(tree.root, "grade", str(tmp_path / "class"), *args)
    report = json.loads(file.read_text())
    assert {row["outcome"] for row in report["results"]} >= {"solved", "failing", "missing"}
    assert report["alike"]
    assert report["strays"]
    check("grade", report)
    report["results"][0]["verdict"]["seconds"] = "long"
    with pytest.raises(jsonschema.ValidationError):
        check("grade", report)


def test_the_doctor_and_a_proof(tree):
    check("doctor", json.loads(kata(tree.root, "doctor", "--json")))
    (line,) = kata(tree.root, "prove", "toy/double", "--json").splitlines()
    check("proof", json.loads(line))


def test_the_choices_are_those_of_the_code():
    bare = SCHEMAS["verdict"]["$defs"]["bare"]["properties"]
    assert tuple(bare["verdict"]["enum"]) == get_args(verdict.Kind)
    test = bare["tests"]["items"]["properties"]
    assert tuple(test["outcome"]["enum"]) == get_args(verdict.Outcome)
    assert tuple(test["group"]["enum"]) == get_args(verdict.Group)
    row = SCHEMAS["list"]["items"]["properties"]
    assert tuple(row["state"]["enum"]) == get_args(State)
    assert tuple(row["kind"]["enum"]) == KINDS
    assert tuple(row["needs"]["items"]["enum"]) == NEEDS
    one = SCHEMAS["grade"]["properties"]["results"]["items"]["properties"]
    assert tuple(one["outcome"]["enum"]) == result.OUTCOMES
    record = SCHEMAS["evidence"]["properties"]
    assert tuple(record["state"]["enum"]) == records.STATES
    assert set(records.FIELDS) <= set(SCHEMAS["evidence"]["required"])


# The page

INTRODUCTION = """\
# JSON

What torchkata writes for other programs, and what each field means; but for `kata case --json` and
`kata progress --json`, which have no schema yet. The schemas are files of the package (JSON Schema
2020-12), in the folder that this prints:

    python -c "import torchkata, pathlib; print(pathlib.Path(torchkata.__file__).with_name('schemas'))"

Where a form has a name, as `kata-verdict/1`, the field `schema` holds it, and a form that changes gets
another name. A later version may add fields, so ignore what you don't know. To look at a file with
[check-jsonschema](https://pypi.org/project/check-jsonschema/):

    check-jsonschema --schemafile SCHEMAS/verdict.schema.json verdict.json

An editor's plug-in needs no JSON: `kata check ID --problems` and `kata watch --problems` print
`FILE:LINE: error: WORDS`, as compilers do.
"""
ORDER = ("verdict", "list", "found", "grade", "evidence", "proof", "doctor")


def kind(schema):
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if "$ref" in schema:
        return {"#/$defs/numbers": "numbers", "#/$defs/verdict": "verdict"}[schema["$ref"]]
    if "anyOf" in schema:
        return " or ".join(kind(one) for one in schema["anyOf"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "array" in kinds:
        return f"list of {'objects' if 'properties' in schema['items'] else kind(schema['items'])}"
    return " or ".join(kinds)


def rows(schema, before=""):
    """A row for every field, those of inner objects below it."""
    for field, of in schema.get("properties", {}).items():
        yield f"| `{before}{field}` | {kind(of)} | {of['description']} |"
        inner = of.get("items", of)
        if "properties" in inner:
            yield from rows(inner, f"{before}{field}{'[]' if 'items' in of else ''}.")


def table(head, of):
    return "\n".join([f"| {head} |", "| --- | --- | --- |", *of]) + "\n"


def page():
    parts = [INTRODUCTION]
    assert set(ORDER) == set(SCHEMAS)
    for name in ORDER:
        schema = SCHEMAS[name]
        array = " A list of objects." if schema.get("type") == "array" else ""
        parts.append(f"## {schema['title'].capitalize()}\n\n{schema['description']}{array}\n")
        parts.append(f"Written by {schema['$comment']}. Schema: `{name}.schema.json`.\n")
        fields = [*rows(schema.get("items", schema)), *rows(schema.get("$defs", {}).get("bare", {}))]
        parts.append(table("field | type | meaning", fields))
        if name == "verdict":
            known = [f"| `{one}` | {label} | {about} |" for one, (label, _, about) in LABELS.items()]
            parts.append(table("verdict | shown as | meaning", known))
        if name == "evidence":
            parts.append(f"*Numbers* are {schema['$defs']['numbers']['description']}.\n")
    return "\n".join(parts)


def test_the_page_says_what_the_schemas_say():
    """With KATA_WRITE_DOCS=1 it writes docs/json.md anew."""
    if os.environ.get("KATA_WRITE_DOCS"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "renew it: KATA_WRITE_DOCS=1 pytest -k the_schemas_say"
