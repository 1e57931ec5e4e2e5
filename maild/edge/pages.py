"""The pages of the web room as Jinja fills them in: everything escaped, nothing missing, compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


class Pages:
    """The pages of one folder."""

    def __init__(self, folder: Path) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def render(self, name: str, facts: Mapping[str, Any]) -> str:
        """Fill in `<name>.html`."""
        return self._environment.get_template(f"{name}.html").render(facts)
