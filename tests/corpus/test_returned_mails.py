"""The real mails beside the repository: how often the kind, the failed address, its status and its fate are right."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from maild.mail.classify import Verdict, classify
from maild.mail.parse import parse

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
MANIFEST = CORPUS / "manifest.jsonl"
pytestmark = pytest.mark.skipif(not MANIFEST.exists(), reason="the corpus of real mails is not beside the repository")

FLOORS = {
    "is it a bounce": 0.98,
    "is it feedback": 1.0,
    "is it an auto-reply": 1.0,
    "whose address": 0.97,
    "how many addresses": 0.98,
    "temporary": 0.98,
    "class of the status": 0.98,
    "status": 0.98,
    "hard": 0.96,
    "reply code": 0.97,
}

DISAGREED = {
    "flufl_bounce/simple_42.txt": "a bounce, though the address in it is masked",
    "flufl_bounce/simple_43.txt": "a bounce, though it names no address",
    "sisimai/not/rb-issue-368-bug.eml": "a bounce for every reader: rejected, mailbox full",
    "sisimai/lhost-sendmail-14.eml": "a person forwards a bounce: his words must be heard",
    "sisimai/lhost-amazonses-13.eml": "a notification of successful delivery",
}
"""Where the source's own expectation is about its parser and not about the mail, or where ours differs on purpose."""

PLAIN = ("cpython/", "mime4j/", "postal_mime/")
"""Mails of people and machines that are no bounces, but for the delivery reports among them."""

SPOILT = "mime4j/mimetools-testmsgs/badbound.msg"
"""A returned mail whose boundary is spoilt, so that all of it is text."""


@dataclass
class Scores:
    right: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    asked: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, question: str, file: str, expected: object, got: object) -> None:
        self.asked[question] += 1
        self.right[question] += expected == got
        if expected != got:
            self.wrong[question].append(f"{file}: expected {expected}, got {got}")

    def share(self, question: str) -> float:
        return self.right[question] / self.asked[question]


def entries() -> Iterator[tuple[str, dict, bytes]]:
    for line in MANIFEST.read_text("utf-8").splitlines():
        entry = json.loads(line)
        if entry["kind"] == "eml":
            yield entry["file"], entry["expect"], (CORPUS / entry["file"]).read_bytes()


def judge(scores: Scores, file: str, expect: dict, verdict: Verdict) -> None:
    is_bounce = verdict.kind == "bounce"
    if "is_bounce" in expect and file not in DISAGREED:
        scores.note("is it a bounce", file, expect["is_bounce"], is_bounce)
    if expect.get("is_feedback_loop"):
        scores.note("is it feedback", file, "feedback", verdict.kind)
    if expect.get("is_auto"):
        scores.note("is it an auto-reply", file, "auto-reply", verdict.kind)
    bounce = verdict.bounce
    if bounce is None or not expect.get("is_bounce"):
        return
    failed = bounce.recipients
    if expect.get("bounced_address"):
        known = sorted(address.lower() for address in expect["bounced_address"])
        scores.note("whose address", file, known, sorted(r.address for r in failed))
    if "temporary" in expect:
        scores.note("temporary", file, expect["temporary"], bounce.temporary)
    if "n_recipients" in expect:
        scores.note("how many addresses", file, expect["n_recipients"], len(failed))
    if isinstance(status := expect.get("dsn_status"), str) and status[0].isdigit() and failed:
        scores.note("class of the status", file, status[0], failed[0].status[0])
    elif isinstance(status, list) and len(status) == len(failed):
        for number, recipient in enumerate(failed):
            scores.note("class of the status", file, status[number][0], recipient.status[0])
            scores.note("hard", file, expect["hard"][number], recipient.hard)
            scores.note("reply code", file, expect["reply_code"][number], recipient.reply)
            if not status[number].startswith(("4.0.9", "5.0.9")):  # these are codes of its parser's own
                scores.note("status", file, status[number], recipient.status)


@pytest.fixture(scope="module")
def scores() -> Scores:
    found = Scores()
    for file, expect, raw in entries():
        judge(found, file, expect, classify(parse(raw)))
    return found


def test_the_scores_are_as_high_as_they_were(scores: Scores, score):
    for question in FLOORS:
        asked, right = scores.asked[question], scores.right[question]
        score(f"{question:<24}{right:>5} of {asked:<5}{100 * right / asked:6.1f} %")
    for question, floor in FLOORS.items():
        assert scores.share(question) >= floor, "\n".join([question, *scores.wrong[question]])


def test_no_mail_of_another_kind_is_taken_for_a_bounce(scores: Scores):
    assert not [wrong for wrong in scores.wrong["is it a bounce"] if wrong.endswith("expected False, got True")]
    for file, _, raw in entries():
        if file.startswith(PLAIN):
            message = parse(raw)
            if classify(message).kind == "bounce" and file != SPOILT:
                assert message.report_type == "delivery-status", file
