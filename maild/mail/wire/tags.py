"""Reads HTML as a flat run of texts and tags, in linear time whatever it is fed.

Trees are left alone on purpose: the tree builders at hand recurse, or take a minute for a megabyte of crossed tags.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_TAG = re.compile(r"""<(/?[a-zA-Z][^\s/>]*+)((?>(?:[^>"']++|"[^"]*+"|'[^']*+')*))>""")
_LOOSE_TAG = re.compile(r"<(/?[a-zA-Z][^\s/>]*+)([^>]*+)>")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++))?""")
_WHOLE = frozenset({"script", "style", "title", "iframe", "noembed", "noframes"})
"""Elements of which nothing is read, up to their end tag."""
_ENDS = {name: re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE) for name in _WHOLE}
_LONG_REFERENCE = re.compile(r"&#(?:\d{8,}|[xX][0-9a-fA-F]{7,});?")
_CUT = re.compile(r"<!--|</[a-zA-Z]*$")
_MOST_BROKEN = 20


def tokens(source: str) -> Iterator[tuple[str, str, str]]:
    """Give (text, name, attributes): a text and the tag behind it, as a browser would find them.

    The text has its character references resolved; the name is in lower case, with "/" in front for an end tag, and
    "" where no tag follows; `attributes_of` reads the attributes.
    """
    position, broken, last = 0, 0, source.rfind(">")
    while 0 <= (opening := source.find("<", position)) <= last:
        text = source[position:opening]
        if "&" in text:
            text = resolve(text)
        match = _TAG.match(source, opening) if broken < _MOST_BROKEN else _LOOSE_TAG.match(source, opening)
        if match is None and broken < _MOST_BROKEN and source[opening + 1 : opening + 2].isalpha():
            # A quote that is never closed: read the tag up to its first ">", and all tags once such ones are many.
            broken += 1
            match = _LOOSE_TAG.match(source, opening)
        if match is None:
            position = _behind_no_tag(source, opening)
            yield text + "<" * (position == opening + 1), "", ""
            continue
        name = match[1].lower()
        position = match.end()
        if name in _WHOLE and not match[2].endswith("/"):
            end = _ENDS[name].search(source, position)
            position = end.start() if end else len(source)
        yield text, name, match[2]
    if position < len(source):
        yield resolve(_CUT.split(source[position:], maxsplit=1)[0]), "", ""


def _behind_no_tag(source: str, opening: int) -> int:
    """Give the end of a comment, a declaration or an instruction; of the "<" where it is only a sign."""
    if source.startswith("<!--", opening):
        if source.startswith(("<!-->", "<!--->"), opening):
            return source.index(">", opening) + 1
        end = source.find("-->", opening + 4)
        return end + 3 if end >= 0 else len(source)
    if source.startswith(("<!", "<?", "</"), opening):
        return source.index(">", opening) + 1
    return opening + 1


def resolve(text: str) -> str:
    """Resolve character references; absurdly long ones are replaced, which `html.unescape` would raise at."""
    if "&" not in text:
        return text
    if "&#" in text:
        text = _LONG_REFERENCE.sub("\ufffd", text)
    return html.unescape(text)


def attributes_of(source: str) -> dict[str, str]:
    """Give the attributes by name in lower case; of a doubled one the first."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source):
        value = match[2] or ""
        if value[:1] in ("'", '"'):
            value = value[1:-1]
        found.setdefault(match[1].lower(), resolve(value))
    return found
