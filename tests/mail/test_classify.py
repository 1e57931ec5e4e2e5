"""What kind of mail it is, by which sign; above all, that no person's words are taken for a machine's."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.mail.classify import KINDS, SIGNS, classify
from maild.mail.message import Address, Attachment, Message
from tests.mail.notices import EVA, NOTICES, OURS, OWN, mail

PERSON = "Eva Meier <eva@acme.example>"
THREAD = {"in_reply_to": ("<n1@desk.example>",)}


def kind(*args, **more) -> tuple[str, str]:
    verdict = classify(mail(*args, **more), OWN)
    return verdict.kind, verdict.sign


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Out of office printer broken", "The printer in the out of office corridor is broken."),
        ("Undelivered mail to a supplier", "Hi, my mail to bob@x.example could not be delivered. Please help."),
        (
            "Fwd: Undelivered Mail Returned to Sender",
            "What is it?\n\nThis is the mail system at host mx.\n<b@x.example>: 550",
        ),
        ("Re: Delivery Status Notification (Failure)", "See below\n> Delivery to b@x.example failed"),
        ("转发: 系统退信", "请问这是什么意思？\n\n抱歉，您的邮件被退回来了\n收件人：b@x.example"),
        ("Delivery failed for my parcel of toner", "The courier says delivery has failed. Can you call them?"),
        ("Mail delivery is slow", "Your mail server needs ten minutes for each message."),
        ("自动回复怎么设置", "请问自动回复怎么设置？"),
        ("Automatische Antwort einstellen", "Wie stelle ich das ein?"),
        ("Автоответ не работает", "Помогите, пожалуйста."),
        ("Réponse automatique ne marche pas", "Bonjour, que faire ?"),
        ("打印机", "这是自动回复吗？我想找真人。"),
        ("打印机", "收到了自动回复，但是打印机还是坏的。"),
        ("Vacation request for Eva", "Is this an automatic reply? It says: we have got your mail."),
        ("How do I set an automatic reply?", "I go on vacation tomorrow."),
        ("退信问题", "我发给客户的邮件总是被退回，麻烦看看。"),
        ("VPN", "My mailbox is full, user unknown, 550 5.1.1"),
        ("", ""),
    ],
)
def test_what_a_person_writes_is_correspondence(subject, text):
    assert kind(PERSON, subject, text, return_path=EVA) == ("correspondence", "plain-mail")
    assert kind(PERSON, subject, text, return_path=None, **THREAD) == ("correspondence", "plain-mail")


def test_a_person_who_forwards_a_bounce_as_an_attachment_is_heard():
    copy = Attachment(
        "m.eml", "message/rfc822", b"Subject: Undelivered\r\n\r\nFinal-Recipient: rfc822; b@x.example", ""
    )
    assert kind(PERSON, "What is this?", "See the attachment", attachments=(copy,))[0] == "correspondence"


def test_a_persons_new_mail_about_automatic_replies_is_told_from_one():
    about = "Automatic reply: how do I turn it off?"
    assert kind(PERSON, about, fields=(("x-mailer", "Apple Mail (2.3)"),))[0] == "correspondence"
    assert kind(PERSON, about)[0] == "auto-reply"


def test_a_postmaster_who_writes_himself_is_a_person():
    text = "Hello,\nwe saw that your mails were rejected by our filter. It is mended now.\nRegards, Leo"
    assert kind("Leo <postmaster@acme.example>", "Re: your mails", text)[0] == "correspondence"


def test_an_admin_who_tells_of_mail_that_was_not_delivered_is_a_person():
    text = (
        "Hello,\nour mail to you could not be delivered yesterday:\n\n<b@x.example>: 550 User unknown\n\nRegards, Leo"
    )
    for sender in ("Leo <admin@acme.example>", "Leo <postmaster@acme.example>", "System <system@acme.example>"):
        assert kind(sender, "Mail delivery problem", text, return_path="leo@acme.example")[0] == "correspondence"


@pytest.mark.parametrize(
    ("sign", "message"),
    [
        ("auto-replied", mail(PERSON, "Away", fields=(("auto-submitted", "auto-replied (vacation)"),))),
        ("automatic-answer", mail(PERSON, "Re: x", fields=(("auto-submitted", "auto-generated"),), **THREAD)),
        ("precedence-auto-reply", mail(PERSON, "Away", fields=(("precedence", "auto_reply"),))),
        ("precedence-auto-reply", mail(PERSON, "Away", fields=(("x-precedence", "auto_reply"),))),
        ("auto-reply-field", mail(PERSON, "Away", fields=(("x-autoreply", "yes"),))),
        ("auto-reply-field", mail(PERSON, "Away", fields=(("x-autorespond", "holidays"),))),
        (
            "vacation-rule",
            mail(
                PERSON,
                "Away",
                fields=(("x-ms-exchange-inbox-rules-loop", EVA), ("x-auto-response-suppress", "All")),
            ),
        ),
        ("vacation-rule", mail(PERSON, "Away", fields=(("x-apple-action", "VACATION"),))),
        ("auto-reply-subject", mail(PERSON, "自动回复: 您的工单")),
        ("auto-reply-subject", mail(PERSON, "自动答复：您的工单")),
        ("auto-reply-subject", mail(PERSON, "Automatic reply: your ticket")),
        ("auto-reply-subject", mail(PERSON, "Out of Office: your ticket")),
        ("auto-reply-subject", mail(PERSON, "Abwesenheitsnotiz: Ihr Ticket")),
        ("auto-reply-subject", mail(PERSON, "Réponse automatique : votre ticket")),
        ("auto-reply-subject", mail(PERSON, "不在通知: チケット")),
        ("auto-reply-subject", mail(PERSON, "AUTO: Eva Berg is out of the office. (returning 05.01.2027)")),
        ("auto-reply-subject", mail(PERSON, "(自动回复)Re:您的工单")),
        ("auto-reply-subject", mail(PERSON, "来自张三的自动回复")),
        ("auto-reply-subject", mail(PERSON, "自动回复", **THREAD)),
        ("auto-reply-subject", mail(PERSON, "Auto: your ticket", **THREAD)),
        ("auto-reply-subject", mail(PERSON, "Out of Office", **THREAD)),
        ("says-automatic-answer", mail(PERSON, "Re: x", "\nThis is an automated response to your mail.", **THREAD)),
        ("says-automatic-answer", mail(PERSON, "Re: x", "这是来自QQ邮箱的假期自动回复邮件。", **THREAD)),
        ("says-automatic-answer", mail(PERSON, "Re: x", "您好，这是一封自动回复的邮件。\n", **THREAD)),
        ("absence-subject", mail(PERSON, "On vacation until Monday", fields=(("precedence", "junk"),))),
        ("absence-subject", mail(PERSON, "I am away", return_path="")),
        ("answer-without-sender", mail(PERSON, "Re: your ticket", return_path="", **THREAD)),
        ("bulk-answer", mail(PERSON, "Re: your ticket", fields=(("precedence", "bulk"),), **THREAD)),
        ("reading-receipt", mail(PERSON, "Read: your ticket", report_type="disposition-notification")),
        ("calendar-answer", mail(PERSON, "Accepted: visit", calendar_method="REPLY")),
        (
            "delivery-receipt",
            mail(
                "MAILER-DAEMON@mx.example",
                "Successful Mail Delivery Report",
                report_type="delivery-status",
                report=((("final-recipient", f"rfc822;{EVA}"), ("action", "delivered"), ("status", "2.0.0")),),
            ),
        ),
    ],
)
def test_an_automatic_answer_is_known_by_its_sign(sign, message):
    verdict = classify(message, OWN)
    assert (verdict.kind, verdict.sign) == ("auto-reply", sign)


@pytest.mark.parametrize(
    ("sign", "message"),
    [
        ("automatic", mail("monitor@ops.example", "disk full", fields=(("auto-submitted", "auto-generated"),))),
        ("precedence-bulk", mail("news@shop.example", "Offers", fields=(("precedence", "bulk"),))),
        ("says-automatic", mail(PERSON, "Thank you", "This is an automatic reply.\nWe have got your mail.")),
        ("machine-field", mail("fax@ops.example", "Fax", fields=(("x-fc-machinegenerated", "true"),))),
        ("suppresses-answers", mail("a@ops.example", "Alert", fields=(("x-auto-response-suppress", "DR, OOF"),))),
        ("null-sender", mail("scanner@ops.example", "Scan", return_path="")),
        ("nobody-reads", mail("no-reply@shop.example", "Your parcel could not be delivered")),
        ("nobody-reads", mail("do_not_reply@shop.example", "Invoice")),
        ("nobody-reads", mail("svc-noreply@shop.example", "Invoice")),
        ("from-ourselves", mail(OURS, "Contact form", "A visitor writes ...")),
        ("dmarc-report", mail("dmarc@g.example", "Report domain: desk.example Submitter: g.example Report-ID: 1")),
        ("tls-report", mail("tls@google.example", "Report", fields=(("tls-report-domain", "desk.example"),))),
    ],
)
def test_what_a_machine_began_opens_a_ticket_and_gets_no_answer(sign, message):
    verdict = classify(message, OWN)
    assert (verdict.kind, verdict.sign) == ("auto-generated", sign)


@pytest.mark.parametrize(
    ("sign", "message"),
    [
        ("abuse-report", mail("fbl@yahoo.example", "FW: x", report_type="feedback-report")),
        ("abuse-report", mail("fbl@yahoo.example", "x", report=((("feedback-type", "abuse"), ("version", "1")),))),
        ("complaint", mail("staff@hotmail.com", " complaint about message from 192.0.2.1")),
        ("unsubscribe-request", mail(PERSON, "unsubscribe", fields=(("x-apple-unsubscribe", "true"),))),
    ],
)
def test_a_complaint_is_feedback(sign, message):
    verdict = classify(message, OWN)
    assert (verdict.kind, verdict.sign) == ("feedback", sign)


def test_our_own_mail_coming_back_is_a_loop():
    returns = (("x-maild-loop", OURS), ("auto-submitted", "auto-replied"))
    assert kind(f"Helpdesk <{OURS}>", "Re: [#1042] VPN", fields=returns) == ("loop", "our-own-mail")
    assert kind(f"Helpdesk <{OURS}>", "Re: VPN", fields=returns[1:]) == ("loop", "our-automatic-mail")
    assert kind(PERSON, "Re: VPN", fields=returns[:1], message_id="<a@desk.example>") == ("loop", "our-own-mail")


def test_our_mark_under_another_name_silences_nobody_and_is_not_answered():
    marked = (("x-maild-loop", OURS),)
    assert kind(PERSON, "VPN", fields=marked, message_id="<a@mail.example.org>") == ("auto-generated", "bears-our-mark")


def test_another_desk_that_runs_maild_is_no_loop():
    fields = (("x-maild-loop", "help@other.example"), ("auto-submitted", "auto-generated"))
    assert kind("help@other.example", "Re: [#7] hello", fields=fields)[0] == "auto-generated"


def test_a_mail_that_passed_too_many_servers_is_a_loop():
    assert kind(PERSON, "VPN", fields=(("received", "from a by b"),) * 101) == ("loop", "goes-round")
    assert kind(PERSON, "VPN", fields=(("received", "from a by b"),) * 100)[0] == "correspondence"


def test_list_mail_is_known_unless_the_list_is_the_way_to_us():
    listed = (("list-id", "Users <users.lists.example>"), ("list-post", "<mailto:users@lists.example>"))
    ours = (("list-id", "<support.desk.example>"), ("list-post", f"<mailto:{OURS}>"), ("precedence", "normal"))
    assert kind(PERSON, "[users] hello", fields=listed) == ("list", "list-fields")
    assert kind(PERSON, "hello", fields=(("precedence", "list"),)) == ("list", "precedence-list")
    assert kind(PERSON, "My VPN", fields=ours)[0] == "correspondence"


def test_a_returned_mail_is_a_bounce_also_where_it_calls_itself_automatic():
    notice = NOTICES[0]
    fields = (("auto-submitted", "auto-replied"), ("precedence", "bulk"))
    verdict = classify(mail(notice.sender, notice.subject, notice.text, return_path="", fields=fields), OWN)
    assert (verdict.kind, verdict.sign) == ("bounce", "returned-mail")
    assert verdict.bounce is not None
    assert {"auto-replied", "null-sender"} <= {sign.name for sign in verdict.hits}


@pytest.mark.parametrize(
    ("sign", "message"),
    [
        (
            "delivery-report",
            mail(
                "postmaster@acme.example",
                report_type="delivery-status",
                report=((("final-recipient", f"rfc822;{EVA}"), ("action", "failed"), ("status", "5.1.1")),),
            ),
        ),
        (
            "failed-recipients",
            mail("Mailer-Daemon@mx.example", "Mail delivery failed", fields=(("x-failed-recipients", EVA),)),
        ),
        (
            "ses-notification",
            mail(
                "no-reply@sns.amazonaws.com",
                text=f'{{"notificationType":"Bounce","bounce":{{"bouncedRecipients":[{{"emailAddress":"{EVA}"}}]}}}}',
            ),
        ),
    ],
)
def test_every_form_of_a_returned_mail_has_its_own_sign(sign, message):
    verdict = classify(message, OWN)
    assert (verdict.kind, verdict.sign) == ("bounce", sign)
    assert [recipient.address for recipient in verdict.bounce.recipients] == [EVA]


@pytest.mark.parametrize("field", ["notificationType", "eventType"])
@pytest.mark.parametrize(
    ("about", "told"), [("Complaint", ("feedback", "ses-complaint")), ("Delivery", ("auto-reply", "ses-delivery"))]
)
def test_amazon_tells_of_complaints_and_deliveries_too(field, about, told):
    text = f'{{"{field}":"{about}","mail":{{"messageId":"1"}}}}\n\n--\nIf you wish to stop receiving these'
    assert kind("AWS <no-reply@sns.amazonaws.com>", "AWS Notification Message", text) == told
    assert kind(PERSON, "What is this?", text)[0] == "correspondence"


def test_a_shop_that_could_not_deliver_a_parcel_returned_no_mail():
    text = "Dear customer,\nyour parcel could not be delivered. Please call us."
    assert kind("no-reply@parcels.example", "Your parcel", text, return_path="")[0] == "auto-generated"


def test_an_answer_no_to_the_question_whether_it_is_automatic_is_believed():
    assert kind(PERSON, "VPN", fields=(("auto-submitted", "no"), ("x-autoreply", "no")))[0] == "correspondence"


def test_a_mail_without_a_sender_is_no_returned_mail_for_a_word_alone():
    text = "Weekly summary\n\n1 member was added\n1 account was disabled"
    assert kind("", "Weekly summary", text)[0] != "bounce"


def test_every_sign_has_a_name_of_its_own_a_known_kind_and_a_source():
    assert len({sign.name for sign in SIGNS}) == len(SIGNS)
    assert {sign.kind for sign in SIGNS} <= set(KINDS)
    assert all(sign.source for sign in SIGNS)


TELLING = [
    "",
    "MAILER-DAEMON@x",
    EVA,
    "\ud800",
    "<a@b.example>:\n550 5.1.1",
    "Undelivered",
    "rfc822;",
    "failed",
    "{",
    "@",
]
FIELDS = ["final-recipient", "action", "status", "diagnostic-code", "auto-submitted", "list-id"]
words = st.text(max_size=60) | st.sampled_from(TELLING)
pairs = st.lists(st.tuples(st.sampled_from(FIELDS), words), max_size=4).map(tuple)
copies = st.builds(Attachment, words, st.just("message/rfc822"), st.binary(max_size=9), words)
addresses = st.builds(Address, words, words)
messages = st.builds(
    Message,
    size=st.integers(0, 9),
    sha256=st.just(""),
    headers=pairs,
    from_=st.lists(addresses, max_size=2).map(tuple),
    sender=st.none() | addresses,
    to=st.lists(addresses, max_size=2).map(tuple),
    return_path=st.none() | words,
    subject=words,
    in_reply_to=st.lists(words, max_size=1).map(tuple),
    report_type=st.sampled_from(["", "delivery-status", "feedback-report", "x"]),
    text=st.lists(words, max_size=6).map("\n".join),
    attachments=st.lists(copies, max_size=1).map(tuple),
    report=st.lists(pairs, max_size=3).map(tuple),
    returned=pairs,
)


@given(messages, st.frozensets(words, max_size=2))
@settings(max_examples=400, deadline=None)
def test_no_message_makes_it_raise(message, own):
    verdict = classify(message, own)
    assert verdict.kind in KINDS
    assert (verdict.bounce is not None) == (verdict.kind == "bounce")
    assert verdict.sign
    assert all("@" in recipient.address for recipient in verdict.bounce.recipients) if verdict.bounce else True


@pytest.mark.parametrize("part", ["a", "<", "a@", "user ", "-> ", '"', "550 ", "a.b@c.d ", "mailbox", "no longer "])
def test_a_hostile_notice_costs_linear_time(part):
    line = part * (100_000 // len(part))
    notice = mail("MAILER-DAEMON@x.example", f"Undelivered {line}", f"{line}\n" * 30, return_path="")
    started = time.process_time()
    assert classify(notice).kind == "bounce"
    assert time.process_time() - started < 5


@pytest.mark.parametrize("part", ["a", "<", "a@", "550 ", "user ", "host not "])
def test_a_hostile_report_costs_linear_time(part):
    said = part * (100_000 // len(part))
    groups = tuple(
        (("final-recipient", f"rfc822;a{n}@x.example"), ("action", "failed"), ("diagnostic-code", said))
        for n in range(500)
    )
    started = time.process_time()
    verdict = classify(mail("MAILER-DAEMON@x.example", report_type="delivery-status", report=groups))
    assert len(verdict.bounce.recipients) == 101
    assert time.process_time() - started < 5
