"""Makes HTML readable as plain text, keeping what later tells a quote from an answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from maild.mail.wire.plain import clean_text
from maild.mail.wire.tags import attributes_of, tokens

_BLOCKS = [
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "dir", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "html", "legend", "main", "menu", "nav", "section", "summary",
    "tbody", "tfoot", "thead",
]  # fmt: skip
_PARAGRAPHS = ["p", "h1", "h2", "h3", "h4", "h5", "h6"]
_SKIPPED = ["select", "template", "datalist", "canvas"]
_INLINE = ["span", "font", "b", "i", "u", "strong", "em", "small", "big", "abbr", "label"]
_ENDED_BY_NEXT = frozenset(["p", "li", "td", "th", "tr", "dd", "dt", "option"])

_MAY_HIDE = re.compile(r"none|hidden|:\s*0", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
    r"|max-height\s*:\s*0(?:px|pt)?\s*(?:;|!|$)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
# Outlook draws a line above the header block of what it quotes, and blue bars beside quoted text.
_RULED = re.compile(r"border:\s*none;\s*border-top:\s*solid", re.IGNORECASE)
_BARRED = re.compile(r"border-left:\s*solid\s+blue\s+1\.5pt", re.IGNORECASE)
_WEB = re.compile(r"(?:https?|ftp)://\S", re.IGNORECASE)
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?|/$")
_INVISIBLE = re.compile("[\u00ad\u034f\u200b\u200c\u2060\ufeff]+")
_SPACE_AT_END = re.compile(r"[ \t]+$", re.MULTILINE)
_MANY_BREAKS = re.compile("\n{4,}")
_RULE = "_" * 32
_LONGEST_LINK = 1_000
_DEEPEST = 12


def html_to_text(source: str, most: int = 500_000) -> str:
    """Give the text a reader sees, at most about `most` characters; links as "text <url>", quotes behind "> "."""
    page = _Page()
    handlers = page.handlers()
    for text, name, attributes in tokens(source):
        if page.hidden:
            if not page.shows_again_at(name):
                continue
        elif text:
            page.text(text)
        handler = handlers.get(name)
        if handler is not None:
            handler(name, attributes)
        if page.length > most:
            break
    return clean_text(page.result())


class _Table:
    """Where the writing stands within a table row."""

    __slots__ = ("cell_began_at", "in_line")

    def __init__(self) -> None:
        self.cell_began_at = -1
        self.in_line = False
        """The row's cells so far were one line, so the next one may stand beside them."""


class _Page:
    """Text under way: written line by line, with line ends held back until the next text is known."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.length = 0
        self.lines = 0
        self.fresh = True
        """The next text begins a line or a cell."""
        self.breaks = 0
        self.glue = False
        """A blank waits to be written if text follows on the line."""
        self.beside = False
        """The next text begins a table cell beside the one before."""
        self.quotes: list[bool] = []
        """For each open blockquote and div: does it quote?"""
        self.quoted = self.last_quoted = 0
        self.lists: list[int] = []
        """For each open list its next number, 0 for bullets."""
        self.marker = ""
        self.tables: list[_Table] = []
        self.verbatim = 0
        self.link = ""
        self.link_began_at = 0
        self.hidden = ""
        """The element that hides its content until its end, and how deep it stands in others of its name."""
        self.hidden_depth = 0

    def handlers(self) -> dict[str, Callable[[str, str], None]]:
        """Give what to do at each tag that means something here."""
        found: dict[str, Callable[[str, str], None]] = {}
        for name in _INLINE:
            found[name] = self._open_inline
        for name in _BLOCKS:
            found[name], found[f"/{name}"] = self._open_block, self._close_block
        for name in _PARAGRAPHS:
            found[name], found[f"/{name}"] = self._open_paragraph, self._close_paragraph
        for name in _SKIPPED:
            found[name] = self._hide
        for name in ("td", "th"):
            found[name], found[f"/{name}"] = self._open_cell, self._close_cell
        for name in ("ul", "ol"):
            found[name], found[f"/{name}"] = self._open_list, self._close_list
        for name in ("div", "table", "tr", "li", "pre", "blockquote", "a"):
            found[name] = getattr(self, f"_open_{name}")
            found[f"/{name}"] = getattr(self, f"_close_{name}")
        found["br"] = found["/br"] = self._break
        found["img"], found["hr"] = self._image, self._open_paragraph
        return found

    # Hiding.

    def _hides(self, name: str, attributes: str) -> bool:
        """Begin to hide where the tag says so."""
        if not attributes:
            return False
        if not _MAY_HIDE.search(attributes):
            return False
        found = attributes_of(attributes)
        if "hidden" in found or _HIDDEN.search(found.get("style", "")):
            self._hide(name, "")
            return True
        return False

    def _hide(self, name: str, _: str) -> None:
        self.hidden, self.hidden_depth = name, 1

    def shows_again_at(self, name: str) -> bool:
        """Take a tag within a hidden element; tell whether it ends the hiding and is to be looked at itself."""
        if name == self.hidden:
            if name in _ENDED_BY_NEXT:
                # <p style="display:none"> without an end must not take the rest of the mail with it.
                self.hidden = ""
                return True
            self.hidden_depth += 1
        elif name[:1] == "/" and name[1:] == self.hidden:
            self.hidden_depth -= 1
            if not self.hidden_depth:
                self.hidden = ""
        return False

    # Blocks.

    def _block(self, lines: int) -> None:
        self.fresh = True
        if self.breaks < lines:
            self.breaks = lines

    def _break(self, _name: str, _attributes: str) -> None:
        self.fresh = True
        self.breaks += 1

    def _open_inline(self, name: str, attributes: str) -> None:
        self._hides(name, attributes)

    def _open_block(self, name: str, attributes: str) -> None:
        if not self._hides(name, attributes):
            self._block(1)

    def _close_block(self, _name: str, _attributes: str) -> None:
        self._block(1)

    def _open_paragraph(self, name: str, attributes: str) -> None:
        if not self._hides(name, attributes):
            self._block(2)

    def _close_paragraph(self, _name: str, _attributes: str) -> None:
        self._block(2)

    def _open_pre(self, _name: str, _attributes: str) -> None:
        self._block(2)
        self.verbatim += 1

    def _close_pre(self, _name: str, _attributes: str) -> None:
        self._block(2)
        self.verbatim = max(0, self.verbatim - 1)

    def _rule(self) -> None:
        self._block(1)
        self.text(_RULE)
        self._block(1)

    # Quotes.

    def _open_div(self, name: str, attributes: str) -> None:
        if self._hides(name, attributes):
            return
        self._block(1)
        quotes = False
        if "border" in attributes or "RplyFwd" in attributes:
            found = attributes_of(attributes)
            style = found.get("style", "")
            if _RULED.search(style) or found.get("id", "").endswith("divRplyFwdMsg"):
                self._rule()
            quotes = _BARRED.search(style) is not None
        self._quote(quotes)

    def _close_div(self, _name: str, _attributes: str) -> None:
        self._block(1)
        self._unquote()

    def _open_blockquote(self, name: str, attributes: str) -> None:
        if not self._hides(name, attributes):
            self._block(2)
            self._quote(not _only_indents(attributes))

    def _close_blockquote(self, _name: str, _attributes: str) -> None:
        self._block(2)
        self._unquote()

    def _quote(self, quotes: bool) -> None:
        self.quotes.append(quotes)
        self.quoted += quotes

    def _unquote(self) -> None:
        if self.quotes:
            self.quoted -= self.quotes.pop()

    # Lists.

    def _open_list(self, name: str, attributes: str) -> None:
        if not self._hides(name, attributes):
            self._block(1 if self.lists else 2)
            self.lists.append(1 if name == "ol" else 0)

    def _close_list(self, _name: str, _attributes: str) -> None:
        if self.lists:
            self.lists.pop()
        self._block(1 if self.lists else 2)

    def _open_li(self, name: str, attributes: str) -> None:
        if self._hides(name, attributes):
            return
        self._block(1)
        self.marker = "* "
        if self.lists and self.lists[-1]:
            self.marker = f"{self.lists[-1]}. "
            self.lists[-1] += 1

    def _close_li(self, _name: str, _attributes: str) -> None:
        self._block(1)
        self.marker = ""

    # Tables.

    def _open_table(self, name: str, attributes: str) -> None:
        if not self._hides(name, attributes):
            self._block(1)
            self.tables.append(_Table())

    def _close_table(self, _name: str, _attributes: str) -> None:
        if self.tables:
            self.tables.pop()
        self._block(1)

    def _open_tr(self, name: str, attributes: str) -> None:
        if not self._hides(name, attributes):
            self._close_tr(name, attributes)

    def _close_tr(self, _name: str, _attributes: str) -> None:
        self._block(1)
        if self.tables:
            self.tables[-1].in_line = False

    def _open_cell(self, name: str, attributes: str) -> None:
        if self._hides(name, attributes):
            return
        if not self.tables:
            self._block(1)
            return
        table = self.tables[-1]
        table.cell_began_at = self.lines
        if table.in_line:
            self.beside = self.fresh = True
        else:
            self._block(1)

    def _close_cell(self, _name: str, _attributes: str) -> None:
        if not self.tables:
            return
        table = self.tables[-1]
        if not self.beside:
            table.in_line = self.lines == table.cell_began_at + (not table.in_line)
            if table.in_line:
                # A paragraph's distance within one cell is none between two rows.
                self.breaks = min(self.breaks, 1)
        self.beside = False

    # Links and images.

    def _open_a(self, name: str, attributes: str) -> None:
        if self._hides(name, attributes):
            return
        self._close_a(name, attributes)
        href = attributes_of(attributes).get("href", "").strip()
        if _WEB.match(href) or href[:7].lower() == "mailto:":
            self.link, self.link_began_at = href, len(self.out)

    def _close_a(self, _name: str, _attributes: str) -> None:
        link, self.link = self.link, ""
        if not link or len(link) > _LONGEST_LINK:
            return
        shown = "".join(self.out[self.link_began_at :]).strip()
        if link[:7].lower() == "mailto:":
            link = link[7:].partition("?")[0]
        if shown and not _same(shown, link):
            self._write(f" <{link}>")

    def _image(self, _name: str, attributes: str) -> None:
        if "alt" in attributes and not self._hides("img", attributes):
            self.text(attributes_of(attributes).get("alt", ""))
        self.hidden = ""

    # Writing.

    def text(self, text: str) -> None:
        """Write text, its blanks run together; a blank at its edges joins or parts it from its neighbours."""
        if self.verbatim:
            self._verbatim(text)
            return
        words = text.split()
        if not words:
            if self.fresh and "\xa0" in text and not self.beside:
                # <div>&nbsp;</div> is an empty line.
                self.breaks += 1
            self.glue = self.glue or bool(text)
            return
        if self.fresh:
            self._begin()
        elif self.glue or text[0].isspace():
            words[0] = " " + words[0]
        self.glue = text[-1].isspace()
        self._write(" ".join(words))

    def _verbatim(self, text: str) -> None:
        for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
            if number:
                self._break("", "")
            if line:
                if self.fresh:
                    self._begin()
                self._write(line)

    def _write(self, text: str) -> None:
        self.out.append(text)
        self.length += len(text)

    def _begin(self) -> None:
        """Write the line ends that were held back, and what stands before the first word of a line."""
        quoted = min(self.quoted, _DEEPEST)
        if self.beside and self.out:
            self._write("\t")
        else:
            if self.out:
                blank = "\n" + ">" * min(quoted, self.last_quoted)
                most = 3 if self.verbatim else 2
                self._write(blank * (min(self.breaks, most) - 1) + "\n")
            self.lines += 1
            if quoted or self.lists or self.marker:
                self._indent(quoted)
        self.breaks, self.fresh, self.beside = 0, False, False
        self.last_quoted = quoted

    def _indent(self, quoted: int) -> None:
        depth = min(len(self.lists), _DEEPEST)
        if self.marker:
            self._write("> " * quoted + "  " * (depth - 1) + self.marker)
            self.marker = ""
        else:
            self._write("> " * quoted + "  " * depth)

    def result(self) -> str:
        self._close_a("", "")
        text = _INVISIBLE.sub("", "".join(self.out))
        return _MANY_BREAKS.sub("\n\n\n", _SPACE_AT_END.sub("", text)).strip("\n")


def _only_indents(attributes: str) -> bool:
    """Tell a blockquote that mail programs make for indenting: no border, no cite, no class of a quote."""
    if not attributes:
        return False
    found = attributes_of(attributes)
    if found.get("type", "").lower() == "cite" or "quote" in found.get("class", "").lower():
        return False
    style = found.get("style", "").lower().replace(" ", "")
    return "border:none" in style and "margin" in style


def _same(shown: str, link: str) -> bool:
    """Tell whether a link's text is its address, so that it need not be said twice."""
    shown, link = shown.lower(), link.lower()
    return link in shown or _SCHEME.sub("", shown) == _SCHEME.sub("", link)
