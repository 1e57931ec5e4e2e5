"""What pydantic found amiss in a section, in an admin's words and with its place."""

from __future__ import annotations

import re
import typing
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from maild.problem import Problem, did_you_mean
from maild.settings.places import KeyPath
from maild.settings.sense import Doubt
from maild.settings.source import Source

KINDS = {
    "string": 'must be text in quotes: "..."',
    "int": "must be a whole number",
    "bool": "must be true or false",
    "path": 'must be the name of a file in quotes: "..."',
    "tuple": 'must be a list: ["...", "..."]',
    "dict": "must be a table: { ... }",
    "model": "must be a table: { ... }",
}
UNSHOWN = {"password", "url"}
UNKNOWN = "extra_forbidden"


def unknown_section(source: Source, name: str, known: Mapping[str, Any]) -> Problem:
    """Say that a section has no such name, or that a setting stands outside of all of them."""
    hint = did_you_mean(name, known)
    if isinstance(source.values[name], dict | list):
        hint = hint or "sections are " + ", ".join(known)
        return source.problem((name,), f"unknown section [{name}]", hint, value=False)
    return source.problem((name,), f'"{name}" stands outside of any section', "put it below its [section]", value=False)


def misfits(source: Source, section: KeyPath, kind: type[BaseModel], details: list[dict[str, Any]]) -> list[Problem]:
    """Put the errors of pydantic about one section into words; none for what only follows from another."""
    missing = [str(detail["loc"][-1]) for detail in details if detail["type"] == "missing"]
    misspelt = {did_you_mean(str(detail["loc"][-1]), missing) for detail in details if detail["type"] == UNKNOWN}
    return [
        _misfit(source, section, kind, detail)
        for detail in details
        if detail["type"] != "default_factory_not_called"
        and not (detail["type"] == "missing" and f'did you mean "{detail["loc"][-1]}"?' in misspelt)
    ]


def without(value: Mapping[str, Any], kind: type[BaseModel], details: list[dict[str, Any]]) -> dict[str, Any]:
    """Give a section as if its misfits were not there, so that the rest of it can be doubted too."""
    wrong = {detail["loc"][0] for detail in details if detail["loc"]}
    fields = _fields(kind)
    rest = {name: one for name, one in value.items() if name not in wrong}
    return rest | {name: fields[name].examples[0] for name in wrong if name in fields and fields[name].is_required()}


def _misfit(source: Source, section: KeyPath, kind: type[BaseModel], error: Mapping[str, Any]) -> Problem:
    within: KeyPath = error["loc"]
    path = (*section, *within)
    if not within:
        table = section[0]
        return source.problem(path, f'"{table}" must be a section: [{table}] on a line of its own', value=False)
    if error["type"] == UNKNOWN:
        known = _fields(_model_at(kind, within))
        hint = did_you_mean(str(within[-1]), known) or "it knows " + ", ".join(known)
        return source.problem(path, f'unknown setting "{within[-1]}" in {_table(section, within)}', hint, value=False)
    if error["type"] == "missing":
        hint = f'for example: {within[-1]} = "{_fields(kind)[str(within[-1])].examples[0]}"'
        return source.problem(path, f'{_table(section, within)} needs "{within[-1]}"', hint)
    what, hint = _wrong(error)
    shown = "" if path[-1] in UNSHOWN or error["type"] == "maild" else _shown(error["input"])
    return source.problem(path, f"{_named(path)} {what}{shown}", hint)


def doubted(source: Source, doubt: Doubt) -> Problem:
    """Put a doubt beside the setting it is about."""
    what = f"{_named(doubt.path)} {doubt.what}" if doubt.named else doubt.what
    return source.problem(doubt.path, what, doubt.hint, doubt.severity)


def _wrong(error: Mapping[str, Any]) -> tuple[str, str]:
    kind, said = error["type"], error.get("ctx", {})
    if kind == "maild":
        return said["what"], said["hint"]
    if kind == "literal_error":
        choices = re.findall("'([^']+)'", said["expected"])
        return "must be " + _or([f'"{choice}"' for choice in choices]), did_you_mean(str(error["input"]), choices)
    if kind == "greater_than_equal":
        return f"must be at least {said['ge']}", ""
    if kind == "less_than_equal":
        return f"must be at most {said['le']}", ""
    if kind in {"string_too_short", "too_short"}:
        return "must not be empty", ""
    return KINDS.get(kind.split("_")[0], error["msg"][:1].lower() + error["msg"][1:]), ""


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return f", not {str(value).lower()}"
    if isinstance(value, int | float):
        return f", not {value}"
    return f', not "{value}"' if isinstance(value, str) and value else ""


def _named(path: KeyPath) -> str:
    names = [str(name) for name in path[1:] if isinstance(name, str)]
    return f'"{".".join(names)}" in [{path[0]}]'


def _table(section: KeyPath, within: KeyPath) -> str:
    outer = [str(name) for name in within[:-1] if isinstance(name, str)]
    return f'"{".".join(outer)}" in [{section[0]}]' if outer else f"[{section[0]}]"


def _model_at(kind: type[BaseModel], within: KeyPath) -> type[BaseModel]:
    for name in within[:-1]:
        annotation = kind.model_fields[str(name)].annotation
        kind = next(one for one in (*typing.get_args(annotation), annotation) if hasattr(one, "model_fields"))
    return kind


def _fields(kind: type[BaseModel]) -> dict[str, FieldInfo]:
    """The settings of a section by their names in the file."""
    return {field.alias or name: field for name, field in kind.model_fields.items()}


def _or(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
