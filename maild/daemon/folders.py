"""Where the files are that an admin may have of his own."""

from __future__ import annotations

from pathlib import Path

from maild.settings import Settings, shipped


def template_folders(settings: Settings) -> tuple[Path, ...]:
    """Name where templates are looked for: the admin's own first, then those that came with maild."""
    return tuple(dict.fromkeys((settings.paths.templates, shipped("templates"))))
