"""Says in words what an invitation or an answer to one says (RFC 5545, RFC 5546)."""

from __future__ import annotations

import re

_FOLD = re.compile(r"\n[ \t]")
_COMPONENTS = ("VEVENT", "VTODO", "VJOURNAL")
"""What is arranged (RFC 5545 section 3.6); the others say how or when."""
_LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[^:;"]*(?:"[^"]*"[^:;"]*)*)*):(.*)')
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z?))?$", re.ASCII)
_ZONE = re.compile(r'TZID="?([^";:]{1,60})', re.IGNORECASE)
_NAME = re.compile(r'CN="?([^";:]{1,200})', re.IGNORECASE)
_ANSWER = re.compile(r"PARTSTAT=([A-Z-]{1,20})", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([nN,;\\])")
_MOST_LINES = 20_000
_MOST_PEOPLE = 20


def calendar_method(text: str) -> str:
    """Give the METHOD of a calendar object in upper case, or ""."""
    match = re.search(r"^METHOD(?:;[^:\n]*)?:\s*([A-Za-z-]{1,40})\s*$", text[:20_000], re.MULTILINE | re.IGNORECASE)
    return match[1].upper() if match else ""


def calendar_to_text(text: str) -> str:
    """Give the first event: what, when, where, who, and its description; "" where there is none."""
    said: dict[str, str] = {}
    people: list[str] = []
    inside = ""
    for line in _FOLD.sub("", text).split("\n")[:_MOST_LINES]:
        match = _LINE.match(line)
        if match is None:
            continue
        name, parameters, value = match[1].upper(), match[2], match[3].strip()
        if name == "BEGIN":
            inside = value.upper()
        elif name == "END":
            if value.upper() in _COMPONENTS:
                break
            inside = "VEVENT" if inside == "VALARM" else ""
        elif inside not in _COMPONENTS:
            continue
        elif name in ("SUMMARY", "LOCATION", "DESCRIPTION", "STATUS"):
            said.setdefault(name, _unescape(value))
        elif name in ("DTSTART", "DTEND", "DUE"):
            said.setdefault(name, _moment(value, parameters))
        elif name == "ORGANIZER":
            said.setdefault(name, _person(value, parameters))
        elif name == "ATTENDEE" and len(people) < _MOST_PEOPLE:
            answer = _ANSWER.search(parameters)
            tail = f" ({answer[1].lower()})" if answer and answer[1].upper() != "NEEDS-ACTION" else ""
            people.append(_person(value, parameters) + tail)
    return _told(said, people)


def _told(said: dict[str, str], people: list[str]) -> str:
    lines = [said.get("SUMMARY", "")]
    when = " - ".join(filter(None, (said.get("DTSTART"), said.get("DTEND") or said.get("DUE"))))
    for label, value in (
        ("When", when),
        ("Where", said.get("LOCATION", "")),
        ("Organizer", said.get("ORGANIZER", "")),
        ("Attendees", ", ".join(people)),
        ("Status", said.get("STATUS", "").lower()),
    ):
        if value:
            lines.append(f"{label}: {value}")
    if said.get("DESCRIPTION"):
        lines += ["", said["DESCRIPTION"]]
    return "\n".join(lines).strip()


def _moment(value: str, parameters: str) -> str:
    match = _MOMENT.match(value)
    if match is None:
        return value[:40]
    day = f"{match[1]}-{match[2]}-{match[3]}"
    if match[4] is None:
        return day
    zone = _ZONE.search(parameters)
    where = " UTC" if match[7] else f" ({zone[1]})" if zone else ""
    return f"{day} {match[4]}:{match[5]}{where}"


def _person(value: str, parameters: str) -> str:
    address = re.sub(r"^mailto:", "", value, flags=re.IGNORECASE).strip()
    name = _NAME.search(parameters)
    return f"{name[1].strip()} <{address}>" if name and name[1].strip() != address else address


def _unescape(value: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value).strip()
