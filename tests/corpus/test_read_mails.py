"""The real mails beside the repository are read without an exception, and as their own sources say."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.mail.message import Message
from maild.mail.parse import parse

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
MANIFEST = CORPUS / "manifest.jsonl"
pytestmark = pytest.mark.skipif(not MANIFEST.exists(), reason="the corpus of real mails is not beside the repository")

FLOOR = 0.93
"""Of the binary parts, those that are base64 broken off in a way of which each reader makes its own."""


def entries() -> Iterator[tuple[str, dict, bytes]]:
    for line in MANIFEST.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["kind"] == "eml":
            yield entry["file"], entry["expect"], (CORPUS / entry["file"]).read_bytes()


def squeezed(text: str) -> str:
    return "".join(text.split())


def answers(message: Message, expect: dict) -> Iterator[tuple[str, bool]]:
    """Give each question of the source and whether the answer is right."""
    if "subject" in expect:
        yield "subject", squeezed(message.subject) == squeezed(expect["subject"])
    for key, addresses in (("from", message.from_), ("to", message.to)):
        if key in expect:
            wanted = [(name, email.lower()) for name, email in expect[key]]
            yield key, [(address.name, address.email) for address in addresses] == wanted
    if "body_text" in expect:
        yield "body_text", squeezed(message.text) == squeezed(expect["body_text"])
    for piece in expect.get("body_contains", ()):
        yield "body_contains", squeezed(piece) in squeezed(message.text)
    if "attachments" in expect:
        yield "attachments", sorted(expect["attachments"]) == sorted(each.name for each in message.attachments)
    for leaf in expect.get("leaf_parts", ()):
        if leaf["kind"] == "bin":
            yield "binary part", leaf["sha256"] in hashes(message)


def hashes(message: Message) -> set[str]:
    """Give the hash of each attachment, also of those within attached mails."""
    found = {each.sha256 for each in message.attachments}
    for each in message.attachments:
        if each.type == "message/rfc822":
            found |= hashes(parse(each.content))
    return found


def test_every_mail_is_read_and_answers_as_its_source_says(score):
    right: dict[str, int] = defaultdict(int)
    asked: dict[str, int] = defaultdict(int)
    for _, expect, raw in entries():
        message = parse(raw)
        assert message.size == len(raw)
        for question, is_right in answers(message, expect):
            asked[question] += 1
            right[question] += is_right
    for question, count in asked.items():
        score(f"{question:<16} {right[question]:>4} of {count:<4} {right[question] / count:7.1%}")
    for question, count in asked.items():
        assert right[question] / count >= FLOOR, question


def test_hardly_a_mail_is_without_words():
    silent = [file for file, _, raw in entries() if not parse(raw).text.strip()]
    assert len(silent) <= 12, silent
