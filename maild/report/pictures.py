"""Charts as SVG: drawn once, shown as they are by a browser and turned into PNG for a mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 460
GOOD, PALE, BAD, INK, FAINT, GRID = "#14746f", "#a8cdca", "#c8642a", "#24323a", "#5b6b75", "#dbe2e6"
"""Teal and orange: also those who do not tell red from green see two colours."""
FONT = (
    "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei',"
    "'Noto Sans','Segoe UI',Roboto,'DejaVu Sans',Arial,sans-serif"
)
_NOT_XML = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_SIZE = 13
_ROW = 27
_LABELS = 150
_VALUES = 92
WIDE_LABELS = 236


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart and the words for those who do not see it."""

    name: str
    alt: str
    svg: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a bar chart: its figure, another one behind it, and what to write at its end."""

    label: str
    value: float
    text: str
    behind: float = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a chart over time: what came as a bar, what went as a point of a line."""

    label: str
    value: float
    line: float | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """A row that is parted into kept and broken."""

    label: str
    kept: int
    broken: int
    text: str


def bars(
    name: str, alt: str, rows: Sequence[Bar], legend: tuple[str, str] = ("", ""), labels: int = _LABELS
) -> Picture:
    """Draw a row for each figure, the one behind it paler and broader; `labels` is the room that they get."""
    top = _legend_height(legend)
    room = WIDTH - labels - _VALUES
    most = max((max(row.value, row.behind) for row in rows), default=0) or 1
    parts = _legend([(GOOD, legend[0]), (PALE, legend[1])])
    for index, row in enumerate(rows):
        y = top + index * _ROW
        parts.append(_text(labels - 10, y + 18, _cut(row.label, labels - 14), anchor="end"))
        if row.behind:
            parts.append(_rect(labels, y + 4, row.behind / most * room, 20, PALE))
        inset, high = (9, 10) if row.behind else (6, 16)
        parts.append(_rect(labels, y + inset, row.value / most * room, high, GOOD))
        end = max(row.value, row.behind) / most * room
        parts.append(_text(labels + end + 7, y + 18, row.text, bold=True))
    return _picture(name, alt, parts, top + len(rows) * _ROW + 4)


def splits(name: str, alt: str, rows: Sequence[Split], legend: tuple[str, str]) -> Picture:
    """Draw a row of full length for each pair, parted where kept ends and broken begins."""
    top = _legend_height(legend)
    room = WIDTH - _LABELS - _VALUES
    parts = _legend([(GOOD, legend[0]), (BAD, legend[1])])
    for index, row in enumerate(rows):
        y, whole = top + index * _ROW, row.kept + row.broken
        parts.append(_text(_LABELS - 10, y + 18, _cut(row.label, _LABELS - 14), anchor="end"))
        kept = row.kept / whole * room if whole else 0
        parts.append(_rect(_LABELS, y + 6, room, 16, BAD if whole else GRID))
        if kept:
            parts.append(_rect(_LABELS, y + 6, kept, 16, GOOD, edge="#ffffff" if row.broken else ""))
        parts.append(_text(_LABELS + room + 7, y + 18, row.text, bold=True))
    return _picture(name, alt, parts, top + len(rows) * _ROW + 4)


def columns(name: str, alt: str, points: Sequence[Column], legend: tuple[str, str] = ("", "")) -> Picture:
    """Draw a column for each point of time and a line across them; as many labels as there is room for."""
    left, right, top, high = 34, 8, _legend_height(legend) + 12, 150
    room = WIDTH - left - right
    most = _round_up(max((max(point.value, point.line or 0) for point in points), default=0))
    step = room / max(1, len(points))
    lined = any(point.line is not None for point in points)
    parts = _legend([(PALE if lined else GOOD, legend[0]), (GOOD, legend[1])])
    for share in (0, 0.5, 1):
        y = top + high * (1 - share)
        parts.append(f'<path d="M{left} {y:.1f}H{WIDTH - right}" stroke="{GRID}" stroke-width="1"/>')
        parts.append(_text(left - 6, y + 4, f"{most * share:g}", anchor="end", ink=FAINT))
    width = min(44, step * 0.72)
    every = -(-len(points) // max(1, int(room // (max((_width(p.label) for p in points), default=1) + 8))))
    for index, point in enumerate(points):
        middle = left + step * (index + 0.5)
        tall = point.value / most * high
        parts.append(_rect(middle - width / 2, top + high - tall, width, tall, PALE if lined else GOOD))
        if not lined and point.value:
            parts.append(_text(middle, top + high - tall - 5, f"{point.value:g}", anchor="middle", bold=True))
        if index % every == 0:
            parts.append(_text(middle, top + high + 18, point.label, anchor="middle", ink=FAINT))
    if lined:
        spots = [
            f"{left + step * (index + 0.5):.1f} {top + high * (1 - point.line / most):.1f}"
            for index, point in enumerate(points)
            if point.line is not None
        ]
        parts.append(
            f'<path d="M{"L".join(spots)}" fill="none" stroke="{GOOD}" stroke-width="2.5" stroke-linejoin="round"/>'
        )
    return _picture(name, alt, parts, top + high + 26)


def _picture(name: str, alt: str, parts: Sequence[str], height: float) -> Picture:
    tall = round(height)
    label = escape(_NOT_XML.sub(" ", alt))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {tall}" role="img" aria-label="{label}" '
        f'style="display:block;width:100%;max-width:{WIDTH + 60}px;height:auto" '
        f'font-family="{FONT}" font-size="{_SIZE}">{"".join(parts)}</svg>'
    )
    return Picture(name, alt, svg, WIDTH, tall)


def _legend_height(names: Sequence[str]) -> int:
    return 28 if any(names) else 2


def _legend(entries: Sequence[tuple[str, str]]) -> list[str]:
    parts, x = [], 4.0
    for colour, name in entries:
        if name:
            parts += [_rect(x, 5, 13, 13, colour), _text(x + 19, 16, name, ink=FAINT)]
            x += 19 + _width(name) + 22
    return parts


def _rect(x: float, y: float, width: float, height: float, colour: str, edge: str = "") -> str:
    stroke = f' stroke="{edge}" stroke-width="1.5"' if edge else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"{stroke}/>'


def _text(x: float, y: float, text: str, anchor: str = "start", ink: str = INK, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{ink}"'
    return f"<text {place}{weight}>{escape(_NOT_XML.sub(' ', text))}</text>"


def _width(text: str) -> float:
    """Guess how wide a text is: a Chinese letter is as wide as it is high, a Latin one about 0.56 of that."""
    return sum(_SIZE * (1.0 if letter >= "\u2e80" else 0.56) for letter in text)


def _cut(text: str, room: float) -> str:
    if _width(text) <= room:
        return text
    while text and _width(text) > room - _SIZE:
        text = text[:-1]
    return text.rstrip() + "…"


def _round_up(value: float) -> float:
    """Give the next number that is easy to halve: 2, 4, 10, 20, 40, 100 ..."""
    top = 2.0
    while top < value:
        top *= {2: 2, 4: 2.5, 1: 2}[int(str(int(top))[0])]
    return top
