"""The notices as they shall look, kept beside the tests: `python -m tests.edge.golden` writes them anew for review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from maild.edge.template_samples import sample_facts
from maild.edge.templates import NOTICES, Rendered
from tests.shipped import TEMPLATES

FOLDER = Path(__file__).parent / "golden"
LANGUAGES = ("en", "zh")
STRANGERS = ("receipt", "reopened", "progress", "reminder", "resolved", "closed")
"""The notices that a stranger may get, who is told nothing that he wrote."""


def notices() -> Iterator[tuple[str, Rendered]]:
    """Render every notice in every language, each with the name of its file."""
    for language in LANGUAGES:
        for notice in NOTICES:
            for repeat in (True, False) if notice in STRANGERS else (True,):
                name = f"{notice}.{language}" if repeat else f"{notice}-stranger.{language}"
                yield name, TEMPLATES.render(notice, language, sample_facts(notice, language, repeat=repeat))


def as_text(rendered: Rendered) -> str:
    return f"Subject: {rendered.subject}\n\n{rendered.text}"


def main() -> None:
    for name, rendered in notices():
        (FOLDER / f"{name}.txt").write_text(as_text(rendered), "utf-8")
        (FOLDER / f"{name}.html").write_text(rendered.html, "utf-8")


if __name__ == "__main__":
    main()
