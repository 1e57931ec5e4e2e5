"""The readable reply on other people's mail: the score per corpus, and the floor it may not fall under."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.mail.body import Reply, reply_text
from maild.mail.body.lines import bare_lines

CORPUS = Path(__file__).parent.parent.parent.parent / "shared" / "corpus"
FLOORS = {"reply_alfonsrv": 43, "reply_github": 22, "reply_zapier": 1}
"""Mails read exactly as their source says. The rest contradict each other or the law that no word is lost."""

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real mails is not beside this checkout")


def corpus_mails(corpus: str) -> Iterator[tuple[str, str, dict]]:
    with (CORPUS / "manifest.jsonl").open(encoding="utf-8") as manifest:
        for line in manifest:
            mail = json.loads(line)
            if mail["corpus"] == corpus:
                text = (CORPUS / mail["file"]).read_bytes().decode("utf-8", "replace")
                yield mail["file"], text.replace("\r\n", "\n"), mail["expect"]


def plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def differences(mail: str, reply: Reply, expect: dict) -> list[str]:
    text = plain(reply.text)
    found = [f"has not {part!r}" for part in expect.get("reply_contains", ()) if part not in reply.text]
    found += [f"has {part!r}" for part in expect.get("reply_not_contains", ()) if part in reply.text]
    if "reply_text" in expect and text != plain(expect["reply_text"]):
        found.append(f"is not {expect['reply_text']!r}")
    if not text.startswith(expect.get("reply_starts", "")):
        found.append(f"does not start with {expect['reply_starts']!r}")
    if expect.get("reply_all") and text != plain(mail):
        found.append("is not everything")
    return found


@pytest.mark.parametrize("corpus", FLOORS)
def test_the_score_of_a_corpus_does_not_fall(corpus, score):
    right, total, wrong = 0, 0, []
    for file, mail, expect in corpus_mails(corpus):
        found = differences(mail, reply_text(mail), expect)
        right, total = right + (not found), total + 1
        wrong += [f"  {file}: {'; '.join(found)}"] if found else []
    for line in (f"{corpus}: {right} of {total} exactly right", *wrong):
        score(line)
    assert right >= FLOORS[corpus]


@pytest.mark.parametrize("corpus", FLOORS)
def test_no_line_of_a_real_mail_is_lost(corpus):
    for file, mail, _ in corpus_mails(corpus):
        reply = reply_text(mail)
        parts = [line for part in (reply.text, reply.quoted, reply.signature) for line in bare_lines(part) if line]
        assert sorted(parts) == sorted(line for line in bare_lines(mail) if line), file
