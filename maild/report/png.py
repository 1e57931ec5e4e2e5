"""SVG becomes PNG by resvg, with the fonts this machine has."""

from __future__ import annotations

from functools import lru_cache

import resvg_py

from maild.report.pictures import FONT

ZOOM = 2.0
"""Twice as many pixels as the mail shows, so that letters are sharp on a telephone."""
CHINESE, LATIN = "中文票", "Aag1"
NO_FONT = {
    CHINESE: (
        "this machine has no font with Chinese letters, so the Chinese mail has tables without pictures. "
        "Install one: apt install fonts-noto-cjk, or dnf install google-noto-sans-cjk-fonts"
    ),
    LATIN: (
        "this machine has no font, so the mail has tables without pictures. "
        "Install one: apt install fonts-noto-core, or dnf install google-noto-sans-fonts"
    ),
}


def png(svg: str, fonts: str | None = None) -> bytes:
    """Draw an SVG; `fonts` is a folder to take them from instead of the system's."""
    where = {"skip_system_fonts": True, "font_dirs": [fonts]} if fonts else {}
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, background="#ffffff", zoom=ZOOM, **where))


def missing_font(language: str, fonts: str | None = None) -> str:
    """Say what is missing for pictures in a language and how to get it; "" where nothing is."""
    for letters in (LATIN, CHINESE) if language.startswith("zh") else (LATIN,):
        if not _can_draw(letters, fonts):
            return NO_FONT[letters]
    return ""


@lru_cache(maxsize=8)
def _can_draw(letters: str, fonts: str | None) -> bool:
    """Tell whether each letter leaves a trace of its own; a box or nothing in its place would look the same for all."""
    drawn = [png(_sample(letter), fonts) for letter in (" ", *letters)]
    return len(set(drawn)) == len(drawn)


def _sample(letter: str) -> str:
    text = f'<text x="2" y="20" font-size="18" font-family="{FONT}">{letter}</text>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">{text}</svg>'
