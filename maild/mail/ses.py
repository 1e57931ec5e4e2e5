"""What Amazon SES tells by SNS in JSON: a mail that came back, a complaint about one, or one that was delivered."""

from __future__ import annotations

import json
from dataclasses import dataclass

LARGEST = 200_000
MOST_RECIPIENTS = 100


@dataclass(frozen=True, slots=True)
class Told:
    """A notification: what it is about, and of a mail that came back each address, its status and what was said."""

    about: str
    """bounce, complaint, delivery ..., in lower case."""
    failed: tuple[tuple[str, str, str], ...] = ()


def read_ses(text: str) -> Told | None:
    """Read a notification, None where the text is none; it may be wrapped in SNS's own, and a footer may follow."""
    text = text.lstrip()[:LARGEST]
    if not text.startswith("{") or ("otificationType" not in text and "ventType" not in text):
        return None
    data: object = None
    for _ in range(2):
        try:
            data, _end = json.JSONDecoder(strict=False).raw_decode(text)
        except (ValueError, RecursionError):
            return None
        if isinstance(data, dict) and isinstance(data.get("Message"), str):
            text = data["Message"]
    about = (data.get("notificationType") or data.get("eventType")) if isinstance(data, dict) else None
    return Told(about.lower(), tuple(_failed(data.get("bounce")))) if isinstance(about, str) else None


def _failed(bounce: object) -> list[tuple[str, str, str]]:
    entries = bounce.get("bouncedRecipients") if isinstance(bounce, dict) else None
    return [
        (address, str(entry.get("status", "")), str(entry.get("diagnosticCode", "")))
        for entry in (entries if isinstance(entries, list) else [])[:MOST_RECIPIENTS]
        if isinstance(entry, dict) and "@" in (address := str(entry.get("emailAddress", "")).strip("<> ").lower())
    ]
