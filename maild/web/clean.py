"""The HTML of a mail made harmless: no script, no style, no form, and nothing fetched from anywhere."""

from __future__ import annotations

import nh3

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong",
    "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
"""No img, since any picture tells its server that the mail is being read; no headings lost, no style kept."""
LONGEST = 300_000
"""Characters of HTML that are shown; the rest is left out before it costs any time."""


def clean(html: str) -> str:
    """Give what can be shown of the HTML of a mail."""
    return nh3.clean(
        html[:LONGEST],
        tags=TAGS,
        clean_content_tags={"script", "style", "title", "template", "noscript", "svg", "math", "iframe", "object"},
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
