"""How the trace of a decision is told to a person, whether it was made now or months ago."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from maild.cli.show import one_line


def print_trace(trace: str) -> None:
    """Print a kept trace: its outcome and each step that led there."""
    kept = json.loads(trace)
    print(f"    why {kept['outcome']}: {one_line(kept['reason'])}")
    print_steps(kept["steps"], "      ")


def print_steps(steps: Iterable[Mapping[str, Any]], indent: str = "") -> None:
    """Print steps one a line: + for what held, - for what did not."""
    for step in steps:
        line = f" (line {step['line']})" if step.get("line") else ""
        mark = "+" if step["hit"] else "-"
        print(f"{indent}{mark} {step['stage']:<8} {one_line(step['name'])}{line}: {one_line(step['reason'])}")
