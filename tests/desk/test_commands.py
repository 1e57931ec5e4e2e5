"""What an agent types on a phone is the command he means, and what is no command is never taken for one."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.desk.commands import Command, Commands, Vocabulary, added, parse
from maild.desk.commands.moments import moment
from maild.desk.commands.verbs import CHINESE, ENGLISH, VERBS

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
"""A Wednesday, ten in the morning in Shanghai."""
DESK = Vocabulary(
    now=NOW,
    me="ben",
    agents={
        "ben": ("Ben Ortiz", "ben@example.com", "bortiz@example.com"),
        "noor": ("Noor Haddad", "noor@example.com"),
        "nora": ("Nora Li", "nora@example.com"),
        "li": ("李静", "li.jing@example.com"),
    },
    queues=("helpdesk", "network", "database"),
    canned=("vpn-reset", "password-reset"),
    zone=SHANGHAI,
)


def read(text: str, subject: str = "", bare: bool = False) -> Commands:
    return parse(subject, text, DESK, bare=bare)


def only(text: str) -> Command:
    commands = read(text)
    assert commands.refusals == ()
    assert (commands.reply, commands.note) == ("", "")
    [command] = commands.commands
    return command


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("/take", Command("take")),
        ("/assign noor", Command("assign", "noor")),
        ("/assign @noor", Command("assign", "noor")),
        ("/assign Noor Haddad", Command("assign", "noor")),
        ("/assign bortiz@example.com", Command("assign", "ben")),
        ("/assign me", Command("assign", "ben")),
        ("/assign nobody", Command("assign", "")),
        ("/queue net", Command("queue", "network")),
        ("/queue netwrok", Command("queue", "network")),
        ("/prio p1", Command("priority", "P1")),
        ("/priority 2", Command("priority", "P2")),
        ("/impact everyone", Command("impact", "company")),
        ("/urgency 高", Command("urgency", "high")),
        ("/category 网络", Command("category", "network")),
        ("/tag vpn, -old #mfa", Command("tag", values=("+vpn", "-old", "+mfa"))),
        ("/status done", Command("status", "resolved")),
        ("/wait", Command("wait")),
        ("/wait fri", Command("wait", at=datetime(2026, 11, 20, 1, 0, tzinfo=UTC))),
        ("/cc Tom <Tom@example.com>", Command("cc", values=("tom@example.com",))),
        ("/subject VPN asks for a code", Command("subject", "VPN asks for a code")),
        ("/merge #1041", Command("merge", "1041")),
        ("/link [#1041]", Command("link", "1041")),
        ("/new for eva@example.com VPN down", Command("new", "VPN down", values=("eva@example.com",))),
        ("/for", Command("for")),
        ("/canned vpn", Command("canned", "vpn-reset")),
        ("/done", Command("resolve")),
        ("/why?", Command("why")),
        ("/为什么？", Command("why")),
        ("/fix", Command("resolve")),
        ("/clo", Command("close")),
        ("/cause loose cable", Command("cause", "loose cable")),
        ("/cau: Loose cable.", Command("cause", "Loose cable.")),
        ("/cause “Loose cable”", Command("cause", "Loose cable")),
        ("/subject It's down, isn't it", Command("subject", "It's down, isn't it")),
        ("/原因 网线松了", Command("cause", "网线松了")),
        ("／根本原因：网线松了", Command("cause", "网线松了")),
        ("/关闭", Command("close")),
        ("/转给 noor", Command("assign", "noor")),
        ("/转给李静", Command("assign", "li")),
        ("/等待 周五", Command("wait", at=datetime(2026, 11, 20, 1, 0, tzinfo=UTC))),
    ],
)
def test_a_line_is_the_command_it_says(line, command):
    assert only(line) == command


def test_every_verb_is_found_by_each_of_its_words():
    for word, verb in {**ENGLISH, **CHINESE}.items():
        heard = read(f"/{word}")
        verbs = [c.verb for c in heard.commands] + [r.verb for r in heard.refusals]
        assert verbs == [verb.name], word


def test_no_word_belongs_to_two_verbs_and_each_verb_speaks_chinese():
    words = [word for verb in VERBS for word in (verb.name, *verb.also, *verb.chinese)]
    assert len(words) == len(set(words))
    assert all(verb.chinese for verb in VERBS)


@pytest.mark.parametrize(
    ("line", "why", "suggestions"),
    [
        ("/assign no", "ambiguous", ("/assign noor", "/assign nora")),
        ("/assign nor", "ambiguous", ("/assign nora", "/assign noor")),
        ("/assign zed", "unknown", None),
        ("/assign", "missing", None),
        ("/re", "ambiguous_verb", None),
        ("/ca", "ambiguous_verb", ("/category", "/cause", "/canned")),
        ("/cause", "missing", ("/cause loose cable",)),
        ("/cause a cable\n/cause a plug", "twice", None),
        ("/qeue network", "unknown_verb", ("/queue",)),
        ("/etc is full", "unknown_verb", ()),
        ("/take care", "too_much", ("/take\n\ncare", "/take")),
        ("/close Thank you!", "too_much", ("/close\n\nThank you!", "/close")),
        ("/priority P7", "unknown", None),
        ("/wait for the vendor", "no_moment", None),
        ("/cc tom", "unknown", None),
        ("/merge the other one", "unknown", None),
        ("/new printer", "missing", None),
        ("/resolve\n/close", "twice", ("/resolve", "/close")),
        ("/assign noor\n/assign li", "twice", None),
        ("/take\n/assign li", "twice", None),
    ],
)
def test_what_is_unknown_or_could_mean_two_things_is_refused_with_what_was_perhaps_meant(line, why, suggestions):
    refused = read(line).refusals
    assert [refusal.why for refusal in refused] == [why]
    if suggestions is not None:
        assert refused[0].suggestions == suggestions


def test_words_below_the_commands_are_for_the_requester():
    heard = read("/take\n\n/wait\n\nDear Eva,\n\nwhich /device is it?\n")
    assert [command.verb for command in heard.commands] == ["take", "wait"]
    assert heard.reply == "Dear Eva,\n\nwhich /device is it?"
    assert heard.note == ""


def test_what_stands_below_a_note_stays_internal():
    heard = read("/note called him\n/close\nHe was rude.")
    assert (heard.reply, heard.note) == ("", "called him\n\nHe was rude.")


def test_an_answer_behind_a_note_is_for_the_requester_and_the_note_is_not():
    heard = read("/备注 用户很着急\n/回复 已经修好了。")
    assert (heard.reply, heard.note) == ("已经修好了。", "用户很着急")


def test_several_commands_may_share_a_line():
    heard = read("/take /priority 1 /tag vpn")
    assert [str(command) for command in heard.commands] == ["/take", "/priority P1", "/tag +vpn"]


@pytest.mark.parametrize(
    "text",
    [
        "> /close",
        "It is in /etc/hosts.",
        "/etc/hosts is wrong",
        "24/7",
        "and/or close",
        "close it",
        "//close",
        "/ 2",
        "/",
        "http://close/",
        "-- /close",
    ],
)
def test_a_slash_elsewhere_is_text(text):
    heard = read(text)
    assert (heard.commands, heard.refusals) == ((), ())
    assert heard.reply == text


@pytest.mark.parametrize(
    ("subject", "known", "verbs"),
    [
        ("Re: [#1042] VPN down /close", "VPN down", ["close"]),
        ("Re: [#1042] /close", "VPN down", ["close"]),
        ("Re: [#1042] close", "VPN down", ["close"]),
        ("回复：【#1042】关闭", "VPN down", ["close"]),
        ("[#1042] wait fri", "VPN down", ["wait"]),
        ("Re: [#1042] P3: VPN  DOWN ／Take ／wait fri", "VPN down", ["take", "wait"]),
        ("Re: [#1042] /etc/hosts broken, 24/7", "/etc/hosts broken, 24/7", []),
        ("Re: [#1042] /close does not work", "/close does not work", []),
        ("Re: [#1042] /close does not wo", "/close does not work", []),
        ("Re: [#1042] please run /clo…", "please run /close every day", []),
        ("Re: [#1042] /close does not work /take", "/close does not work", ["take"]),
        ("Re: [#1042] close", "close", []),
        ("Re: [#1042] done", "Done", []),
        ("Re: [#1042] close friends of mine", "VPN down", []),
        ("Re: [#1042] reply", "VPN down", []),
        ("Re: [#1042] VPN down", "VPN down", []),
        ("Re: [#1042] ", "", []),
    ],
)
def test_only_what_an_agent_added_to_a_subject_counts(subject, known, verbs):
    rest, bare = added(subject, 1042, (known,))
    heard = parse(rest, "", DESK, bare=bare)
    assert [command.verb for command in heard.commands] == verbs
    assert heard.refusals == ()


@given(st.text(alphabet="abc /#1[]close:关闭。", max_size=40))
def test_a_subject_that_a_requester_chose_is_never_a_command(known):
    rest, bare = added(f"Re: [#1042] {known}", 1042, (known,))
    assert not parse(rest, "", DESK, bare=bare).commands


PLAIN = [
    "/take", "/close", "/resolve", "/assign noor", "/queue network", "/priority P1", "/wait fri", "/tag vpn",
    "/canned vpn-reset", "/merge 1041", "/cc tom@example.com", "/status pending", "/关闭", "/转给 noor",
]  # fmt: skip


@st.composite
def typed(draw) -> tuple[str, str]:
    """A command, and what a phone makes of it."""
    meant = draw(st.sampled_from(PLAIN))
    verb, _, rest = meant[1:].partition(" ")
    case = draw(st.sampled_from([str, str.upper, str.capitalize, str.title]))
    slash = draw(st.sampled_from("/／⁄"))
    gap = draw(st.sampled_from([" ", "\u00a0", "  ", "\t", "\u3000", "\u202f", ": ", "：", " \u200b"])) if rest else ""
    stop = draw(st.sampled_from(["", ".", " ", "。", "!", " .", "\u00a0"]))
    quotes = draw(st.sampled_from([("", ""), ("“", "”"), ('"', '"'), ("‘", "’")])) if rest else ("", "")
    rest = rest.replace("-", draw(st.sampled_from("-–—‑")))
    lead = draw(st.sampled_from(["", " ", "\u00a0", "\ufeff", "\n", "\n\n"]))
    tail = draw(st.sampled_from(["", "\n", "\n\n\n"]))
    wide = draw(st.booleans())
    word = case(verb)
    if wide:
        word = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)
    return meant, f"{lead}{slash}{word}{gap}{quotes[0]}{case(rest)}{quotes[1]}{stop}{tail}"


@settings(max_examples=300)
@given(typed())
def test_whatever_a_phone_makes_of_a_command_it_is_the_same_command(pair):
    meant, seen = pair
    assert read(seen) == read(meant)
    assert len(read(seen).commands) == 1


@settings(max_examples=300)
@given(st.text(alphabet=st.sampled_from(list("abz Zé关闭。/.:\n\t>-'\"“#@1")), max_size=60))
def test_reading_never_raises_and_loses_no_word_where_there_is_no_command(text):
    heard = read(text)
    if not heard.anything:
        assert heard.reply == text.strip().removeprefix("\n") or not text.strip()


@given(st.text(max_size=80))
def test_text_that_does_not_begin_with_a_slash_is_never_a_command(text):
    first = next((line.strip() for line in text.split("\n") if line.strip()), "")
    if not any(slash in first for slash in "/／⁄∕"):
        assert not read(text).anything


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2h", "2026-11-18 12:00"),
        ("30 min", "2026-11-18 10:30"),
        ("3天", "2026-11-21 09:00"),
        ("两小时后", "2026-11-18 12:00"),
        ("tomorrow", "2026-11-19 09:00"),
        ("tomorrow 2pm", "2026-11-19 14:00"),
        ("明天14点半", "2026-11-19 14:30"),
        ("Friday", "2026-11-20 09:00"),
        ("wed", "2026-11-25 09:00"),
        ("next week", "2026-11-23 09:00"),
        ("下周二", "2026-11-24 09:00"),
        ("2026-12-24", "2026-12-24 09:00"),
        ("12月24日", "2026-12-24 09:00"),
        ("1月5日", "2027-01-05 09:00"),
        ("17:30", "2026-11-18 17:30"),
        ("9:00", "2026-11-19 09:00"),
    ],
)
def test_a_moment_is_read_in_a_hurrys_words(words, expected):
    found = moment(words, NOW, SHANGHAI)
    assert found is not None
    assert f"{found.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    "words", ["", "later", "t", "2026-02-30", "2020-01-01", "0d", "2099-01-01", "5", "13pm", "最后"]
)
def test_what_says_no_moment_that_lies_ahead_is_none(words):
    assert moment(words, NOW, SHANGHAI) is None


@pytest.mark.parametrize(
    "text",
    [
        "Hello Eva, all is well.\n\n/resolve\n\nBen\n",
        "/take\nHello Eva.\n/wait fri\n",
        "王芳您好，已经修好了。\n／关闭。\n",
        "Hello.\n/assign noor\n",
        "Hello.\n/undo\n",
        "Hello Eva,\n/close",
    ],
)
def test_a_command_below_the_text_is_neither_sent_to_people_nor_lost(text):
    assert [refusal.why for refusal in read(text).refusals] == ["not_on_top"]


@pytest.mark.parametrize(
    "line",
    ["/etc/hosts", "/usr/bin/close", "/close friends of mine", "/c", "/note that it is red", "/assign it", "/res"],
)
def test_a_path_below_the_text_is_text(line):
    assert read(f"Hello Eva, please look at this:\n{line}\n") == Commands(
        reply=f"Hello Eva, please look at this:\n{line}"
    )


@pytest.mark.parametrize("text", ["take", "Take.", "CLOSE!", "Undo", "关闭", "已解决。"])
def test_a_mail_of_one_verb_without_its_slash_is_asked_about(text):
    heard = read(text)
    word = text.strip(".!。")
    assert [(r.why, r.suggestions) for r in heard.refusals] == [("bare_verb", (f"/{word}", f"/reply {word}"))]
    assert read(f"/take\n{text}").refusals == ()


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("/cause old client /resolve", (Command("cause", "old client"), Command("resolve"))),
        ("/原因 网线松了 /关闭", (Command("cause", "网线松了"), Command("close"))),
        ("/cause a line in /etc/hosts", (Command("cause", "a line in /etc/hosts"),)),
        ("/subject Access 24/7 for all", (Command("subject", "Access 24/7 for all"),)),
    ],
)
def test_a_few_words_end_where_the_next_command_begins(line, commands):
    assert read("", f"[#1042] {line}").commands == commands
