"""The readable reply, client by client and language by language."""

import dataclasses

import pytest

from maild.mail.body import Reply, reply_text
from tests.mail.golden import golden_mails, kept_mails, named_lines, single_lines

ANSWER = "Works now, thanks."


def written(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("golden", golden_mails(), ids=str)
def test_a_golden_mail_is_read_as_a_person_reads_it(golden):
    reply = reply_text(golden.mail, golden.subject)

    if golden.reply is None:
        assert reply == Reply(golden.mail.strip(), whole=True, why=reply.why)
    else:
        assert (reply.text, reply.whole) == (golden.reply, False)


@pytest.mark.parametrize("mail", kept_mails(), ids=lambda mail: mail[:40].replace("\n", " "))
def test_words_that_only_look_quoted_or_signed_stay(mail):
    reply = reply_text(mail)

    assert reply.text == mail
    assert (reply.quoted, reply.signature) == ("", "")


@pytest.mark.parametrize("name, lines", named_lines("attributions"))
@pytest.mark.parametrize(
    "mail",
    [
        f"{ANSWER}\n\n%s\n\n> Does it work?\n>\n> Jo\n",
        f"{ANSWER}\n%s\n> Does it work?\n",
        f"{ANSWER}\n\n%s\n\nDoes it work?\n\nJo\n",
    ],
    ids=["above quote marks", "without blank lines", "without quote marks"],
)
def test_an_attribution_opens_the_history(name, lines, mail):
    reply = reply_text(mail % lines)

    assert reply.text == ANSWER
    assert written(reply.quoted)[: lines.count("\n") + 1] == written(lines)


@pytest.mark.parametrize("name, lines", named_lines("header_blocks"))
@pytest.mark.parametrize("blank", ["\n", ""], ids=["below a blank line", "right below the answer"])
def test_a_header_block_opens_the_history(name, lines, blank):
    reply = reply_text(f"{ANSWER}\n{blank}{lines}\n\nDoes it work?\n\nJo\n")

    assert reply.text == ANSWER
    assert written(reply.quoted) == [*written(lines), "Does it work?", "Jo"]


@pytest.mark.parametrize("line", single_lines("devices"))
def test_a_device_line_is_a_signature_and_what_follows_it_stays(line):
    assert reply_text(f"{ANSWER}\n\n{line}").signature == line
    assert reply_text(f"{ANSWER}\n\n{line}\n\nThe other one, too.").text == f"{ANSWER}\n\nThe other one, too."


@pytest.mark.parametrize("line", single_lines("not_devices"))
def test_a_sentence_is_no_device_line(line):
    assert line in reply_text(f"Hello,\n\n{line}").text
    assert line in reply_text(f"{ANSWER}\n\n{line}\n\nThe other one, too.").text


def test_a_reply_says_what_was_cut_and_where():
    reply = reply_text("Yes.\n\n-- \nAl\n\nOn 25/09/2024 15:57, Jo Miller wrote:\n> Really?\n")

    assert reply == Reply(
        text="Yes.",
        quoted="On 25/09/2024 15:57, Jo Miller wrote:\n> Really?",
        signature="-- \nAl",
        whole=False,
        why=("line 3: a signature", "line 6: a line that says who wrote the earlier mail"),
    )


def test_a_reply_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        reply_text("Yes.").text = "No."  # type: ignore[misc]


@pytest.mark.parametrize("text", ["", "\n\n", " \n\t\n"])
def test_an_empty_mail_has_an_empty_reply(text):
    assert reply_text(text).text == ""
    assert not reply_text(text).whole


def test_line_ends_of_the_wire_are_understood():
    assert reply_text("Yes.\r\n\r\nOn 25/09/2024 15:57, Jo Miller wrote:\r\n> Really?\r\n").text == "Yes."


@pytest.mark.parametrize(
    "subject", ["Fwd: x", "FW: x", "转发: x", "转发：x", "轉寄: x", "WG: x", "TR : x", "RV: x", "[Fwd: x]", "転送: x"]
)
def test_a_subject_that_passes_a_mail_on_keeps_all_of_it(subject):
    mail = "For you.\n\nFrom: Jo <jo@example.com>\nSent: 25/09/2024 15:57\nTo: Al\nSubject: x\n\nBroken."

    assert reply_text(mail, subject).text == mail
    assert reply_text(mail, f"Re: {subject}").text == "For you."


def test_a_header_in_a_mail_without_other_words_is_not_taken_for_history():
    mail = "From: Jo <jo@example.com>\nSent: 25/09/2024 15:57\nTo: Al\nSubject: x\n\nBroken."

    assert reply_text(mail).text == mail


def test_two_headers_without_words_above_show_everything():
    block = "From: Jo <jo@example.com>\nSent: 25/09/2024 15:57\nTo: Al\nSubject: x\n\nBroken.\n\n"

    assert reply_text(block + "Which one?\n\n" + block).text == (block + "Which one?\n\n" + block).strip()
