"""The laws of the house: which room may import which, and how large a room may grow."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "maild"
FILES = sorted(HOUSE.rglob("*.py"))

FLOORS = {
    "cli": 6,
    "__main__": 7,
    "daemon": 5,
    "web": 4,
    "report": 4,
    "demo": 4,
    "flow": 3,
    "rulebook": 2,
    "store": 2,
    "knowledge": 2,
    "desk": 1,
    "mail": 1,
    "edge": 2,
    "settings": 0,
    "problem": -1,
    "log": 0,
    "__init__": -1,
}
OUTSIDE = {
    "imapclient", "imaplib", "aiosmtplib", "smtplib", "socket", "ssl", "asyncio", "peewee", "playhouse", "sqlite3",
    "psycopg", "starlette", "uvicorn", "subprocess", "requests", "urllib.request", "http.client", "threading", "os",
}  # fmt: skip
LIBRARY_HOME = {
    "peewee": "store",
    "playhouse": "store",
    "psycopg": "store",
    "imapclient": "edge",
    "aiosmtplib": "edge",
    "jinja2": "edge",
    "mailparser": "mail",
    "starlette": "web",
    "uvicorn": "web",
    "nh3": "web",
    "prometheus_client": "web",
    "resvg_py": "report",
}


def room(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imports(path: Path) -> list[str]:
    """Name every module a file imports, from anywhere within it."""
    names = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            module = node.module or ""
            names += [f"{module}.{alias.name}" for alias in node.names] if module == "maild" else [module]
    return names


def rooms_used(path: Path) -> set[str]:
    used = {name.split(".")[1] for name in imports(path) if name.startswith("maild.")}
    return {name for name in used if name in FLOORS and name != "__init__"} - {room(path)}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_a_file_keeps_the_laws_of_the_house(path):
    here = room(path)
    assert here in FLOORS, f"{here} is no room of the house"
    for other in rooms_used(path):
        if (here, other) == ("cli", "daemon"):
            continue
        assert FLOORS[other] < FLOORS[here], f"{here} imports {other}, which is not below it"
        assert other != "edge" or here in {"daemon", "cli", "demo"}, f"{here} reaches the outside world itself"
    for name in imports(path):
        top = name.split(".")[0]
        if here in {"mail", "desk", "rulebook"}:
            assert name not in OUTSIDE, f"{here} is pure, but imports {name}"
            assert top not in OUTSIDE, f"{here} is pure, but imports {name}"
        if top in LIBRARY_HOME:
            assert here in {LIBRARY_HOME[top], "demo"}, f"{top} belongs to {LIBRARY_HOME[top]}"


def test_the_desk_imports_nothing_of_maild_but_itself():
    for path in FILES:
        if room(path) == "desk":
            assert rooms_used(path) == set()


def test_only_the_store_and_the_edge_touch_the_outside_and_not_each_other():
    for path in FILES:
        if room(path) in {"edge", "store"}:
            assert not rooms_used(path) & {"edge", "store", "rulebook"}


def test_no_import_goes_round_in_a_circle():
    graph = {}
    for path in FILES:
        name = ".".join(("maild", *path.relative_to(HOUSE).with_suffix("").parts)).removesuffix(".__init__")
        graph[name] = {other for other in imports(path) if other.startswith("maild.")}

    seen = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in seen:
            for other in graph.get(name, ()):
                visit(other, (*trail, name))
            seen.add(name)

    for name in graph:
        visit(name, ())


def test_only_settings_read_the_environment():
    for path in FILES:
        if room(path) != "settings":
            assert "os.environ" not in path.read_text(), f"{path} reads the environment"
            assert "getenv" not in path.read_text(), f"{path} reads the environment"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_a_file_stays_small_enough_to_know_what_it_is_about(path):
    assert len(path.read_text().splitlines()) <= 420


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_a_file_says_in_one_sentence_what_it_is_for(path):
    assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_no_pattern_repeats_a_group_possessively(path):
    """Python up to 3.11.4, which Debian 12 has, goes on at the wrong place where the last round fails (gh-106052)."""
    assert not re.search(r"\)(?:[*+?]|\{[\d,]+\})\+", path.read_text()), "write (?>(?:...)*) for (?:...)*+"


def test_the_steps_of_the_database_are_numbered_one_after_the_other():
    steps = sorted(path.name for path in (HOUSE / "store" / "migrations").glob("[0-9]*.py"))
    assert [int(name.partition("_")[0]) for name in steps] == list(range(1, len(steps) + 1))
