"""The laws of the readable reply: nothing is lost, answers stay, time is linear."""

import re
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.mail.body import reply_text
from maild.mail.body.cut import pieces
from maild.mail.body.lines import bare_lines
from tests.mail.golden import golden_mails, kept_mails, named_lines, single_lines

ATTRIBUTIONS = [lines for _, lines in named_lines("attributions")]
BLOCKS = [lines for _, lines in named_lines("header_blocks")]
DEVICES = single_lines("devices")

WORDS = st.sampled_from(
    [
        "the printer on floor three is silent",
        "it works again",
        "please call me at noon",
        "打印机还是坏的",
        "明天上午在办公室",
        "Das geht nicht",
    ]
)
SENTENCES = st.builds(lambda words, number: f"{words}, number {number}.", WORDS, st.integers(0, 9999))
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=3).map("\n".join)
QUOTES = st.lists(SENTENCES, min_size=1, max_size=3).map(lambda lines: "\n".join(f"> {line}" for line in lines))
PARTS = st.one_of(
    PARAGRAPHS,
    QUOTES,
    st.sampled_from(ATTRIBUTIONS),
    st.sampled_from(BLOCKS),
    st.sampled_from(DEVICES),
    st.sampled_from(["-- ", "---", "____", "Best regards,", "Al Brown", "此致", "敬礼", "|", "> ", ">", "", "From: x"]),
    st.text(alphabet="ab >:-_*|\n\t\u00a0\u200b写道：在1234:@.<", max_size=40),
)
MAILS = st.lists(PARTS, max_size=8).flatmap(
    lambda parts: st.sampled_from(["\n", "\n\n"]).map(lambda between: between.join(parts))
)


def lines_of(*texts: str) -> Counter[str]:
    return Counter(line for text in texts for line in bare_lines(text) if line)


@settings(max_examples=400, deadline=None)
@given(MAILS)
def test_every_line_stands_in_exactly_one_part(mail):
    reply = reply_text(mail)

    assert lines_of(reply.text, reply.quoted, reply.signature) == lines_of(mail)


@settings(max_examples=200, deadline=None)
@given(MAILS)
def test_lines_keep_their_order(mail):
    lines = iter(line for line in bare_lines(mail) if line)

    assert all(line in lines for line in bare_lines(reply_text(mail).text) if line)


@settings(max_examples=200, deadline=None)
@given(MAILS)
def test_something_is_always_shown(mail):
    assert bool(reply_text(mail).text) == bool(mail.strip())


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ATTRIBUTIONS), st.lists(st.tuples(PARAGRAPHS, QUOTES), min_size=1, max_size=4), PARAGRAPHS)
def test_every_word_above_between_and_below_quotes_stays(attribution, pairs, last):
    mail = "\n\n".join([pairs[0][0], attribution, pairs[0][1], *(part for pair in pairs[1:] for part in pair), last])

    shown = lines_of(reply_text(mail).text)
    assert lines_of(*(own for own, _ in pairs), last) <= shown


@settings(max_examples=100, deadline=None)
@given(PARAGRAPHS, st.sampled_from(DEVICES), PARAGRAPHS)
def test_words_below_a_device_line_stay(above, device, below):
    assert lines_of(above, below) <= lines_of(reply_text(f"{above}\n\n{device}\n\n{below}").text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_at_all_is_taken_apart_without_loss(text):
    reply = reply_text(text)

    assert lines_of(reply.text, reply.quoted, reply.signature) == lines_of(re.sub("\r\n?", "\n", text))


@pytest.mark.parametrize("golden", golden_mails(), ids=str)
def test_a_reply_read_again_is_the_same(golden):
    once = reply_text(golden.mail, golden.subject)

    assert reply_text(once.text, golden.subject).text == once.text


@pytest.mark.parametrize("mail", [golden.mail for golden in golden_mails()] + kept_mails())
def test_pieces_follow_each_other_without_gaps(mail):
    bare = bare_lines(mail)
    at = 0
    for piece in pieces(bare):
        assert not any(bare[at : piece.start])
        assert piece.start <= piece.quote <= piece.end or piece.kind == "own"
        at = piece.end
    assert not any(bare[at:])


class Counted(list[str]):
    """Lines that count how often one is looked at."""

    looks = 0

    def __getitem__(self, key):
        self.looks += len(range(*key.indices(len(self)))) if isinstance(key, slice) else 1
        return super().__getitem__(key)


HOSTILE = {
    "quotes and answers": "> a\nb\n",
    "attributions": "On Wed, Sep 25, 2024 at 3:57 PM Jo Miller <jo@example.com> wrote:\n> q\n",
    "halves of attributions": "On Wed, Sep 25, 2024 at 3:57 PM Jo Miller\n",
    "lonely verbs": "wrote:\n",
    "lonely labels": "From: a\n",
    "labels in pairs": "From: a@b.c\nTo: b\n",
    "pasted headers": "Received: x\nFrom: a@b.c\nTo: x\nSubject: y\n",
    "rulers": "----\n",
    "signatures": "-- \nAl\n",
    "colons": "a:\n",
    "blank lines": "\n",
    "glued attributions": "it works On Wed, Sep 25, 2024 at 3:57 PM, Jo <jo@example.com> wrote:\n> q\n",
    "halves of glued attributions": "it On 5 On 5 On 5 On 5:\n> q\n",
    "fences": "```\nOn 25/09/2024 15:57, Jo wrote:\n",
    "Chinese verbs": "在 2023年5月4日 的会 写道：\n",
    "broken links": "> (http://a\nb)\n",
    "marks": "-----Original Message-----\n> q\n",
    "valedictions": "Best regards\nAl\n",
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
def test_looks_grow_no_faster_than_lines(line):
    looks = []
    for times in (300, 2400):
        bare = Counted(bare_lines(line * times))
        pieces(bare)
        looks.append(bare.looks)
    assert looks[1] <= 10 * looks[0] + 1000


LONG = {
    **HOSTILE,
    "one long line": "the printer is silent ",
    "a long quote mark": ">",
    "a long ruler": "-",
    "a long attribution": "On 1 ",
    "a long address": "a@",
    "long brackets": "<",
    "a long label": "From: a@b, ",
    "a long disclaimer": "this e-mail is confidential, intended, privileged; delete it ",
    "long Chinese": "在2023年",
    "invisible marks": "\u200b",
    "no-break spaces": "\u00a0",
    "literal spaces": "&nbsp;",
    "white space": " \t",
}


@pytest.mark.parametrize("part", LONG.values(), ids=LONG)
def test_time_grows_no_faster_than_the_mail(part):
    def spent(size: int) -> float:
        mail = part * (size // len(part))
        taken = []
        for _ in range(3):
            begin = time.process_time()
            reply_text(mail)
            taken.append(time.process_time() - begin)
        return min(taken)

    # Eight times the size costs eight times the work; quadratic work would be 64 times. The constant absorbs the clock.
    assert spent(400_000) <= 30 * spent(50_000) + 0.05
