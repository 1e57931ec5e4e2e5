"""The HTML of a mail made harmless: no script, no style, no form, and nothing fetched from anywhere."""

from __future__ import annotations

import re

import nh3

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong",
    "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
"""No img, since any picture tells its server that the mail is being read; no headings lost, no style kept."""
DEEPEST = 200
"""Tags within tags; cleaning takes time by the square of it, and no person writes deeper."""
LONGEST = 300_000
"""Characters of HTML that are shown; the rest is left out before it costs any time."""
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_UNCLOSED = frozenset(
    {
        "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p",
        "source", "tbody", "td", "tfoot", "th", "thead", "tr", "wbr",
    }
)  # fmt: skip
"""Tags that need no end, so that many of them are not deep."""


def too_deep(html: str) -> bool:
    """Tell whether more tags are open at once than a person's mail has."""
    depth = 0
    for end, name in _TAG.findall(html):
        if name.lower() not in _UNCLOSED:
            depth = max(0, depth - 1) if end else depth + 1
            if depth > DEEPEST:
                return True
    return False


def clean(html: str) -> str:
    """Give what can be shown of the HTML of a mail; "" where it is made to be costly, and its text has to do."""
    html = html[:LONGEST]
    if too_deep(html):
        return ""
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags={"script", "style", "title", "template", "noscript", "svg", "math", "iframe", "object"},
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
