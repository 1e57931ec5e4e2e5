"""The desk's own list of people: contacts.csv becomes contacts, or every problem it has at its place."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from maild.problem import Problem, did_you_mean
from maild.rulebook.arrival import Contact
from maild.rulebook.reading.values import Wrong, address

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "email": ("e-mail", "mail", "邮箱", "邮件", "电子邮件"),
    "name": ("姓名", "名字"),
    "department": ("部门",),
    "location": ("地点", "办公地点", "位置"),
    "phone": ("telephone", "电话", "手机"),
    "language": ("语言",),
    "vip": ("重要", "贵宾"),
}
"""Each column and the other names it goes by."""
_YES = {"yes", "true", "1", "x", "y", "是", "vip"}
_NO = {"", "no", "false", "0", "n", "否"}

Contacts = Mapping[str, Contact]
"""By address, in lower case."""


def read_contacts(
    text: str, name: str, languages: frozenset[str] = frozenset({"en", "zh"})
) -> Contacts | list[Problem]:
    """Read a CSV file with a heading; columns in any order, only `email` is needed, Excel's semicolons are fine.

    Args:
        name: what the file is called in problems.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return {}
    sheet = _Sheet(name, text.splitlines())
    heading = sheet.lines[0]
    rows = csv.reader(io.StringIO(text), delimiter=";" if heading.count(";") > heading.count(",") else ",")
    columns = sheet.columns(next(rows))
    found: dict[str, Contact] = {}
    seen: dict[str, int] = {}
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        contact = sheet.contact(rows.line_num, dict(zip(columns, map(str.strip, row), strict=False)), languages)
        if contact and contact.email in found:
            sheet.wrong(
                rows.line_num, contact.email, f"{contact.email} stands twice", f"first in line {seen[contact.email]}"
            )
        elif contact:
            found[contact.email] = contact
            seen[contact.email] = rows.line_num
    return sheet.problems or found


class _Sheet:
    def __init__(self, name: str, lines: list[str]) -> None:
        self.name, self.lines = name, lines
        self.problems: list[Problem] = []

    def wrong(self, line: int, word: str, what: str, hint: str = "") -> None:
        source = self.lines[line - 1] if line <= len(self.lines) else ""
        col = max(0, source.lower().find(word.lower())) + 1
        self.problems.append(Problem(self.name, line, col, what, source, hint, max(1, len(word))))

    def columns(self, heading: list[str]) -> list[str]:
        known = {other: column for column, others in COLUMNS.items() for other in (column, *others)}
        found = []
        for cell in heading:
            column = known.get(cell.strip().lower(), "")
            if not column and cell.strip():
                hint = did_you_mean(cell.strip(), known) or f"columns are {', '.join(COLUMNS)}"
                self.wrong(1, cell.strip(), f'there is no column "{cell.strip()}"', hint)
            found.append(column)
        if "email" not in found:
            self.wrong(1, "", "the heading has no column email", f"the first line names columns: {', '.join(COLUMNS)}")
        return found

    def contact(self, line: int, cells: dict[str, str], languages: frozenset[str]) -> Contact | None:
        if "email" not in cells:
            return None
        email = address(cells["email"])
        if isinstance(email, Wrong):
            self.wrong(line, cells["email"], email.what, email.hint)
            return None
        language, vip = cells.get("language", ""), cells.get("vip", "").lower()
        if language and language not in languages:
            self.wrong(line, language, f"there is no language {language}", f"known: {', '.join(sorted(languages))}")
        if vip not in _YES | _NO:
            self.wrong(line, vip, "vip is yes or no")
        return Contact(
            email,
            cells.get("name", ""),
            cells.get("department", ""),
            cells.get("location", ""),
            cells.get("phone", ""),
            language,
            vip in _YES,
        )
