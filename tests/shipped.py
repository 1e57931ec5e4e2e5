"""The templates that come with maild, compiled once for all tests, which would cost most of them more than the rest."""

from pathlib import Path

from maild.edge.templates import Templates

FOLDER = Path(__file__).parent.parent / "templates"
TEMPLATES = Templates([FOLDER])
