"""Write a small style sheet into the elements it is for, since mail programs ignore style sheets."""

from __future__ import annotations

import re
from collections.abc import Mapping

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_VALUE = r'"(?:\{\{.*?\}\}|\{%.*?%\}|[^"<>])*"'
"""Of an attribute in a template, where what is filled in may have quotes of its own."""
_ELEMENT = re.compile(rf"<([a-z][a-z0-9]*)((?:\s+[a-z-]+={_VALUE})*)\s*>")
_CLASS = re.compile(r'\s+class="([^"]*)"')

Style = Mapping[str, str]
"""Declarations by selector: `tag`, `.class` or `tag.class`."""


def read_style(css: str) -> Style:
    """Read the rules of a sheet; those with other selectors than `tag`, `.class` and `tag.class` find no element."""
    style: dict[str, str] = {}
    for selectors, declarations in _RULE.findall(_COMMENT.sub("", css)):
        body = "; ".join(" ".join(part.split()) for part in declarations.split(";") if part.strip())
        for selector in selectors.split(","):
            name = selector.strip()
            style[name] = f"{style[name]}; {body}" if name in style else body
    return style


def write_into(html: str, style: Style) -> str:
    """Give each start tag that a rule is for its `style` attribute; one that has its own keeps it."""

    def styled(match: re.Match[str]) -> str:
        tag, attributes = match.groups()
        named = _CLASS.search(attributes)
        classes = named.group(1).split() if named else []
        selectors = [tag, *(f".{name}" for name in classes), *(f"{tag}.{name}" for name in classes)]
        rules = [style[selector] for selector in selectors if selector in style]
        if not rules or " style=" in attributes:
            return match.group(0)
        rest = _CLASS.sub("", attributes)
        return f'<{tag}{rest} style="{_merged(rules)}">'

    return _ELEMENT.sub(styled, html)


def _merged(rules: list[str]) -> str:
    """Join declarations, the last one of a property winning, in quotes that may stand in an attribute."""
    declared: dict[str, str] = {}
    for declaration in "; ".join(rules).split("; "):
        name, _, value = declaration.partition(":")
        declared[name.strip()] = value.strip()
    return ";".join(f"{name}:{value}" for name, value in declared.items()).replace('"', "'")
