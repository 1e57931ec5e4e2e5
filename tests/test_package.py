"""The wheel, installed where nothing of the repository is near, is a maild that works.

The dependencies come from the environment of the tests, through a .pth file, because to fetch them once more would take
a minute. So a missing or too low bound in pyproject.toml does not show when the installed maild runs; that every
library in use is declared is therefore looked up in the source.
"""

import ast
import re
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from maild import __version__

pytestmark = pytest.mark.xdist_group("package")
"""One process tests all of it, with one wheel."""
REPOSITORY = Path(__file__).parent.parent
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
SETTINGS = """
[mailbox]
address = "support@example.com"
host = "imap.example.com"
username = "support"
password = "hunter2"

[smtp]
host = "smtp.example.com"
from = "IT Helpdesk <support@example.com>"
"""


def run(*command: str | Path, here: Path) -> str:
    """Run a command far from the repository and without its environment; give what it printed."""
    done = subprocess.run(
        command, cwd=here, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the repository as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    run(*build, "--wheel-dir", folder, REPOSITORY, here=folder)
    return next(folder.glob("maild-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that has the wheel."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", folder, here=folder)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel, here=folder)
    (site,) = folder.glob("lib/python*/site-packages")
    # Lines of a .pth file are folders to look in; .pth files within those are not read, so that an editable install of
    # the repository does not get in by the back door.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n" + sysconfig.get_path("platlib") + "\n")
    return folder / "bin"


def test_the_installed_maild_is_the_one_of_the_wheel(installed, tmp_path):
    assert run(installed / "maild", "--version", here=tmp_path) == f"maild {__version__}\n"
    where = run(installed / "python", "-c", "import maild; print(maild.__file__)", here=tmp_path)
    assert where.startswith(str(installed.parent))


def test_it_checks_its_settings_with_the_templates_and_the_rulebook_that_it_brings(installed, tmp_path):
    (tmp_path / "maild.toml").write_text(SETTINGS)
    (tmp_path / "maild.toml").chmod(0o600)
    said = run(installed / "maild", "check", here=tmp_path)
    assert f"what comes with maild ({installed.parent}" in said
    assert said.endswith("all is well\n")


def test_it_explains_a_mail(installed, tmp_path):
    (tmp_path / "maild.toml").write_text(SETTINGS)
    (tmp_path / "maild.toml").chmod(0o600)
    (tmp_path / "mail.eml").write_text("From: eva@example.com\nTo: support@example.com\nSubject: VPN\n\nHelp\n")
    assert "would be opened" in run(installed / "maild", "explain", "mail.eml", here=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mail.eml", "maild.toml"]


def test_the_wheel_brings_all_that_is_no_python_and_no_tests(wheel):
    names = run(sys.executable, "-m", "zipfile", "--list", wheel, here=wheel.parent)
    shipped = ("rules.yaml", "templates/en/receipt.txt", "knowledge/en/printer.md", "knowledge/zh/printer.md")
    for needed in (*(f"maild/shipped/{name}" for name in shipped), "maild/store/migrations/"):
        assert needed in names
    assert "tests/" not in names


def declared(requirements: list[str]) -> set[str]:
    return {normal(re.match(r"[\w.-]+", requirement)[0]) for requirement in requirements}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_library_in_use_is_declared():
    always = declared(PROJECT["dependencies"])
    demo = declared(PROJECT["optional-dependencies"]["demo"])
    distributions = packages_distributions()
    # pydantic pins its own core and documents errors that are imported from there.
    distributions["pydantic_core"] = ["pydantic"]
    for path in (REPOSITORY / "maild").rglob("*.py"):
        allowed = always | demo if "demo" in path.parts else always
        for library in libraries(path):
            names = {normal(name) for name in distributions.get(library, [library])}
            assert names & allowed, f"{path.relative_to(REPOSITORY)} imports {library}, which pyproject.toml leaves out"


def libraries(path: Path) -> set[str]:
    """Name the packages a file imports that are neither Python's own nor ours."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"maild"}
