"""Reads what a rule's `when` asks."""

from __future__ import annotations

import re

from maild.rulebook.conditions import All, Any, Condition, Is, Item, Not, OneOf, Says, Size
from maild.rulebook.expressions import fits_the_empty_text, what_is_wrong
from maild.rulebook.reading import values
from maild.rulebook.reading.reader import Reader
from maild.rulebook.reading.tree import Mapping, Node, Scalar, Sequence
from maild.rulebook.words import fold

_ADDRESSES = ("from", "to", "cc")
_STARRED = (*_ADDRESSES, "header", "attachment")
"""Where * makes a pattern."""
_FLAGGED = re.compile(r"/.+/[gimsux]{1,2}")


def condition(read: Reader, node: Node) -> Condition | None:
    """Read a mapping of conditions, which must all hold."""
    if not isinstance(node, Mapping) or not node.pairs:
        blank = not node.text.strip() if isinstance(node, Scalar) else isinstance(node, Mapping)
        what = "`when` asks nothing" if blank else "`when` is a mapping of conditions, such as subject: outage"
        read.wrong(node, what, "a rule that shall always hold has no `when` at all")
        return None
    parts = []
    for key, value in read.fields(node, "when").items():
        part = _part(read, key, value)
        if part:
            parts.append(part)
    return parts[0] if len(parts) == 1 else All(tuple(parts)) if parts else None


def _part(read: Reader, key: str, node: Node) -> Condition | None:
    match key:
        case "any" | "all":
            return _several(read, key, node)
        case "not":
            return _not(read, node)
        case "header":
            return _headers(read, node)
        case "size":
            found = read.value(node, "size", values.size)
            return Size(*found, node.text.strip()) if found and isinstance(node, Scalar) else None
        case "authenticated" | "vip":
            return Is(key, read.yes_no(node, key))
        case "language" | "category" | "calendar":
            return OneOf(key, read.names(node, key))
        case "department" | "location":
            return OneOf(key, tuple(item.text.strip() for item in read.items(node, key)))
    return Says(key, _items(read, node, key))


def _several(read: Reader, key: str, node: Node) -> Condition | None:
    if not isinstance(node, Sequence) or not node.items:
        read.wrong(node, f"`{key}` is a list of conditions", f"write {key}: [{{subject: ...}}, {{text: ...}}]")
        return None
    parts = tuple(part for member in node.items if (part := condition(read, member)))
    return Any(parts) if key == "any" else All(parts)


def _not(read: Reader, node: Node) -> Condition | None:
    """None of several conditions in a list may hold."""
    members = node.items if isinstance(node, Sequence) else (node,)
    parts = [part for member in members if (part := condition(read, member))]
    if not parts:
        return None
    return Not(parts[0] if len(parts) == 1 else Any(tuple(parts)))


def _headers(read: Reader, node: Node) -> Condition | None:
    if not isinstance(node, Mapping) or not node.pairs:
        read.wrong(node, "`header` names a field and what it has", 'write header: {List-Id: "*"}')
        return None
    parts = []
    for key, value in read.mapping(node, "header"):
        if not re.fullmatch(r"[!-9;-~]+", key.text):
            read.wrong(key, f'"{key.text}" is no name of a header field', "as in List-Id, X-Priority")
        parts.append(Says("header", _items(read, value, "header"), key.text))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _items(read: Reader, node: Node, key: str) -> tuple[Item, ...]:
    found: dict[tuple[str, str], Scalar] = {}
    items = []
    for scalar in read.items(node, key):
        item = _item(read, scalar, key)
        if item is None:
            continue
        same = (item.kind, fold(item.text) if item.kind == "word" else item.text)
        if same in found:
            at = read.source.place(found[same])
            read.doubt(scalar, f"{item} stands twice in this list; case does not matter", f"first at {at}")
        found[same] = scalar
        items.append(item)
    if isinstance(node, Sequence) and not node.items:
        read.wrong(node, f"`{key}` looks for nothing", "name at least one word")
    return tuple(items)


def _item(read: Reader, scalar: Scalar, key: str) -> Item | None:
    text = scalar.text.strip()
    if text.startswith("/") and (not scalar.quotes or (text.endswith("/") and len(text) > 2)):
        return _expression(read, scalar, text)
    if _FLAGGED.fullmatch(text):
        read.wrong(scalar, "letters after the closing / mean nothing here", "case never matters; end with /")
        return None
    if "*" in text or (key in _ADDRESSES and "@" in text):
        return _pattern(read, scalar, text, key)
    if not fold(text):
        read.wrong(scalar, "nothing that can be seen stands here")
        return None
    if not scalar.quotes and re.search("[，、；]", text):
        read.doubt(
            scalar, f'"{text}" is one word with a full-width comma in it', "put a plain , and a space between words"
        )
    return Item("word", text)


def _expression(read: Reader, scalar: Scalar, text: str) -> Item | None:
    if not scalar.quotes:
        closed = text.endswith("/") and len(text) > 2
        what = (
            "a regular expression needs single quotes around it" if closed else "a word that begins with / needs quotes"
        )
        line = read.source.lines[scalar.line - 1][scalar.col - 1 :]
        whole = re.match(r"/.*/(?=\s*(?:[,\]}]|$))", line)
        read.wrong(scalar, what, f"write '{whole[0] if whole else text}'")
        return None
    written = read.source.lines[scalar.line - 1][scalar.col - 1 : scalar.col - 1 + scalar.width]
    if scalar.quotes == '"' and "\\" in written:
        read.wrong(scalar, "double quotes change the backslashes of a regular expression", f"write '{written[1:-1]}'")
        return None
    expression = text[1:-1]
    why = what_is_wrong(expression)
    if why:
        read.wrong(scalar, f"RE2 does not take this regular expression: {why}")
        return None
    if fits_the_empty_text(expression):
        read.doubt(scalar, "this regular expression fits the empty text, so it is found in every mail", "ask for more")
    return Item("expression", expression)


def _as_expression(text: str) -> str:
    """Give the expression that says what a word with * in it is meant to say."""
    begins, ends = "" if text[0] == "*" else r"\b", "" if text[-1] == "*" else r"\b"
    return begins + re.sub(r"\*+", ".*", re.sub(r"[^\w\s*]", r"\\\g<0>", text.strip("*"))) + ends


def _pattern(read: Reader, scalar: Scalar, text: str, key: str) -> Item | None:
    if key not in _STARRED:
        wanted = _as_expression(text)
        read.wrong(scalar, f"* stands for anything only in addresses, headers and attachments, not in `{key}`",
                   f"write '/{wanted}/', or the word without *")  # fmt: skip
        return None
    if key in _ADDRESSES and (" " in text or "<" in text):
        inside = re.search(r"[^\s<>]*@[^\s<>]*", text)
        read.wrong(scalar, f'"{text}" is no address', f"write only {inside[0]}" if inside else "")
        return None
    return Item("pattern", text)
