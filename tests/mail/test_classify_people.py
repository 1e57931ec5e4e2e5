"""What real programs send for people, with all their fields: nobody's words may be taken for a machine's."""

import pytest

from maild.mail.classify import classify
from maild.mail.parse import parse
from tests.mail.letters import letter, part, plain, whole

OURS = "support@desk.example"
OWN = frozenset({OURS})
TO = f"To: {OURS}"
EVA = "From: Eva Meier <eva@acme.example>"
ANSWER = "In-Reply-To: <t.1042@desk.example>\nReferences: <t.1042@desk.example>"
OUTLOOK = "Thread-Topic: Printer\nThread-Index: AQHTVoX4qZ==\nAccept-Language: en-US\nContent-Language: en-US"
ASKS = "Hello,\n\nmy printer does not print.\n\nEva\n"
RETURNED = (
    "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
    "delivered to one or more of its recipients.\nThe following address(es) failed:\n\n  bob@partner.example\n"
    "    550 5.1.1 User unknown\n"
)
REPORT = part(
    "Reporting-MTA: dns; mx.acme.example\n\nFinal-Recipient: rfc822; bob@partner.example\nAction: failed\n"
    "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n",
    "Content-Type: message/delivery-status",
)


def kind(*fields: str, body: str = ASKS) -> str:
    return classify(parse(letter(body, head="\n".join([TO, *fields]))), OWN).kind


@pytest.mark.parametrize(
    "subject",
    [
        "Mail delivery failed: returning message to sender",
        "Undelivered Mail Returned to Sender",
        "Unzustellbar: Angebot",
        "Fwd: Undelivered Mail Returned to Sender",
        "WG: Unzustellbar: Angebot",
    ],
)
@pytest.mark.parametrize(
    "program",
    [OUTLOOK, "User-Agent: Mozilla Thunderbird", "X-Mailer: Apple Mail (2.3774)", "X-Gm-Message-State: AOJu0Yx"],
)
@pytest.mark.parametrize("sender", [EVA, "From: eva@acme.example"])
def test_who_gives_us_the_text_of_his_returned_mail_is_heard(subject, program, sender):
    assert kind(sender, f"Subject: {subject}", program, body=RETURNED) == "correspondence"
    assert kind(sender, f"Subject: {subject}", program, body=f"What is this?\n\n{RETURNED}") == "correspondence"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("I got this today:\n\n", ""),
        ("", "\n\nCan you check this please?\n"),
        ("Hallo,\nwas ist das?\n\n", ""),
    ],
)
def test_who_pastes_his_returned_mail_with_an_unknown_program_is_heard(before, after):
    fields = ("Subject: Undelivered Mail Returned to Sender", "X-UI-Sender-Class: 1")
    assert kind(EVA, *fields, body=f"{before}{RETURNED}{after}") == "correspondence"
    if before or after:
        assert kind("From: eva@acme.example", *fields, body=f"{before}{RETURNED}{after}") == "correspondence"


@pytest.mark.parametrize("sender", ["From: li@163.com", "From: 张三 <123@qq.com>", "From: admin@corp.example"])
@pytest.mark.parametrize("subject", ["邮件被退回，怎么办", "退信: 报价单", "邮件无法送达"])
@pytest.mark.parametrize(
    "asks",
    [
        "您好，我给客户bob@partner.example发的邮件被退回，提示550 用户不存在，请帮忙处理，谢谢。\n",
        "您好\n\n<bob@partner.example>: 550 User unknown\n\n麻烦看一下\n",
    ],
)
def test_who_asks_in_chinese_about_his_returned_mail_is_heard(sender, subject, asks):
    assert kind(sender, f"Subject: {subject}", body=asks) == "correspondence"


@pytest.mark.parametrize(
    ("subject", "asks"),
    [
        ("Zustellung fehlgeschlagen", "Meine E-Mail an bob@partner.example konnte nicht zugestellt werden.\n"),
        ("Non remis : devis", "Voici ce que je vois :\n\nVotre message n'a pas été remis à bob@partner.example\n"),
        ("No se puede entregar", "No puedo enviar a bob@partner.example, no se puede entregar.\n"),
        ("Недоставленное письмо", "Моё письмо на bob@partner.example не доставлено. Помогите.\n"),
        ("メールが送信できません", "bob@partner.example へのメールが送信できません。\n"),
        ("退信", "收件人：bob@partner.example\n退信原因：用户不存在\n这是怎么回事？\n"),
    ],
)
@pytest.mark.parametrize("sender", [EVA, "From: eva@acme.example"])
def test_who_asks_about_his_returned_mail_is_heard_in_every_language(subject, asks, sender):
    assert kind(sender, f"Subject: {subject}", "Return-Path: <eva@acme.example>", body=asks) == "correspondence"
    assert kind(sender, f"Subject: {subject}", body=asks) == "correspondence"


def test_an_envelope_that_collects_its_bounces_makes_no_daemon_of_who_writes():
    asks = "Mail to bob@partner.example could not be delivered since monday, 550 User unknown.\n"
    assert kind(EVA, "Subject: Mail delivery failed", "Return-Path: <bounces+1@relay.example>", body=asks) != "bounce"
    gate = "From: gate@corp.example"
    assert kind(gate, "Subject: Mail delivery failed", "Return-Path: <MAILER-DAEMON>", body=asks) == "bounce"


def test_a_program_without_a_name_that_says_only_that_it_failed_gives_a_mail_back():
    told = "*****\nYour message could not be delivered to\neva@acme.example\n*****\n"
    assert kind("From: gate.x1@corp.example", "Subject: RE: VPN : not delivered (failed)", body=told) == "bounce"
    assert kind("From: Jo <jo@corp.example>", "Subject: RE: VPN : not delivered (failed)", body=told) != "bounce"


def test_who_gives_us_the_parts_of_his_returned_mail_is_heard():
    head = f"{TO}\n{EVA}\nSubject: Fwd: Undelivered Mail Returned to Sender"
    forwarded = whole("mixed", plain("Is my mail broken?"), plain(RETURNED), REPORT, head=head)
    assert classify(parse(forwarded), OWN).kind == "correspondence"


def test_the_report_itself_is_a_bounce_whatever_program_is_named_in_it():
    head = f"{TO}\nFrom: postmaster@acme.example\nSubject: Undeliverable: Offer\n{OUTLOOK}"
    report = whole("report", plain(RETURNED), REPORT, head=head, more="; report-type=delivery-status")
    assert classify(parse(report), OWN).kind == "bounce"


@pytest.mark.parametrize(
    "address",
    [
        "ndreca.ardit@acme.example",
        "bouncer@club.example",
        "bouncecastle@party.example",
        "mailerson@acme.example",
        "mailer.jan@acme.example",
        "administration@school.example",
        "owner@bakery.example",
        "it-request@acme.example",
        "info@pizza-delivery-service.example",
    ],
)
def test_an_address_that_begins_like_a_daemons_is_a_persons(address):
    asks = "The mail to bob@partner.example could not be delivered. What is wrong?\n"
    fields = (f"From: Jo <{address}>", "Subject: Question", f"Return-Path: <{address}>")
    assert kind(*fields, body=asks) == "correspondence"


@pytest.mark.parametrize(
    "address", ["bounce@mx.example", "bounces+17@mx.example", "ndr@mx.example", "MAILER@mx.example"]
)
def test_a_daemons_address_still_is_one(address):
    assert kind(f"From: {address}", "Subject: Undeliverable: Offer", body=RETURNED) == "bounce"


def test_a_mail_that_a_rule_of_exchange_has_passed_on_is_its_writers():
    loop = "X-MS-Exchange-Inbox-Rules-Loop: helpdesk@acme.example"
    assert kind(EVA, "Subject: Printer", loop, "Resent-From: helpdesk@acme.example", OUTLOOK) == "correspondence"
    assert kind(EVA, "Subject: RE: [#1042] Printer", loop, ANSWER, OUTLOOK) == "correspondence"
    by_rule = f"{loop}\nAuto-Submitted: auto-generated\nX-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent"
    assert kind("From: helpdesk@acme.example", "Subject: FW: Printer", by_rule, OUTLOOK) == "auto-generated"
    assert kind(EVA, "Subject: Closed", by_rule, OUTLOOK) == "auto-reply"


def test_the_wish_for_no_automatic_answer_makes_no_machine_of_who_writes_with_outlook():
    wish = "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply"
    assert kind(EVA, "Subject: Printer", wish, OUTLOOK) == "correspondence"
    assert kind(EVA, "Subject: RE: [#1042] Printer", wish, ANSWER, OUTLOOK) == "correspondence"
    assert kind("From: alerts@acme.example", "Subject: Disk full", wish) == "auto-generated"


def test_who_asks_about_automatic_replies_with_a_webmail_is_heard():
    assert kind(EVA, "Subject: Automatic reply: how do I turn it off?", OUTLOOK) == "correspondence"
    gmail = "Message-ID: <CAFx1@mail.gmail.com>"
    assert kind("From: Eva <eva@gmail.com>", "Subject: Out of Office: which rule?", gmail) == "correspondence"
    assert kind(EVA, "Subject: Respuesta automática: x", OUTLOOK) == "correspondence"
    assert kind(EVA, "Subject: Respuesta automática: x", OUTLOOK, "Return-Path: <>") == "auto-reply"
    vacation = "Auto-Submitted: auto-replied\nPrecedence: bulk\nX-Autoreply: yes"
    assert kind("From: Eva <eva@gmail.com>", "Subject: Away Re: VPN", gmail, vacation) == "auto-reply"


def test_what_a_person_quotes_is_not_his_own_word():
    quote = "Thanks!\n\n> This is an automatic reply.\n> Do not answer.\n"
    assert kind(EVA, "Subject: Re: [#1042] Printer", ANSWER, body=quote) == "correspondence"


def group(address: str) -> str:
    name, _, domain = address.partition("@")
    return (
        f"Precedence: list\nMailing-list: list {address}; contact {name}+owners@{domain}\nList-ID: <{name}.{domain}>\n"
        f"X-Google-Group-Id: 35721\nList-Post: <https://groups.example/{name}>, <mailto:{address}>\n"
        f"List-Unsubscribe: <mailto:{name}+unsubscribe@{domain}>"
    )


@pytest.mark.parametrize("address", ["it-help@desk.example", "servicedesk@desk.example", "it@desk.example"])
def test_a_group_of_our_domain_that_is_named_like_a_desk_is_the_way_to_us(address):
    assert kind(EVA, "Subject: Printer", group(address)) == "correspondence"
    assert kind(EVA, "Subject: Re: [#1042] Printer", ANSWER, group(address)) == "correspondence"


@pytest.mark.parametrize("address", ["all-staff@desk.example", "it-help@lists.desk.example", "it@other.example"])
def test_every_other_group_is_a_list(address):
    assert kind(EVA, "Subject: Printer", group(address)) == "list"


def test_a_group_that_writes_in_its_own_name_gets_no_answer():
    address = "it-help@desk.example"
    assert kind(f"From: 'Eva Meier' via IT Help <{address}>", "Subject: Printer", group(address)) == "list"


def test_a_sales_programs_link_to_unsubscribe_makes_no_list_of_an_answer():
    link = "List-Unsubscribe: <https://crm.example/u/1>"
    assert kind(EVA, "Subject: Re: [#1042] Printer", ANSWER, link) == "correspondence"
    assert kind(EVA, "Subject: Offers", link) == "list"


TICKET_SYSTEMS = {
    "Zendesk": "X-Mailer: Zendesk Mailer\nX-Zendesk-From-Account-Id: 68b8aed\nAuto-Submitted: auto-generated\n"
    "X-Auto-Response-Suppress: All",
    "RT": "Precedence: bulk\nX-RT-Loop-Prevention: partner.example\nX-RT-Ticket: partner.example #93\n"
    "X-Managed-BY: RT 4.4.0\nX-RT-Originator: lena@partner.example",
    "RT 5": "Precedence: bulk\nRT-Ticket: partner.example #93\nRT-Originator: lena@partner.example",
    "ServiceNow": "X-ServiceNow-Source: Notification-1\nPrecedence: bulk\nAuto-Submitted: auto-generated\n"
    "X-ServiceNow-Generated: true",
    "Jira": "X-JIRA-FingerPrint: ba86\nPrecedence: bulk\nAuto-Submitted: auto-generated",
    "Redmine": "X-Redmine-Site: Redmine\nX-Auto-Response-Suppress: All\nAuto-Submitted: auto-generated",
}


@pytest.mark.parametrize("fields", TICKET_SYSTEMS.values(), ids=TICKET_SYSTEMS)
def test_what_a_ticket_system_says_for_its_people_is_heard_and_not_answered(fields):
    lena = 'From: "Lena Krug" <help@partner.example>'
    says = "Lena Krug wrote:\n\nPlease send us the log.\n"
    assert kind(lena, "Subject: Re: [#1042] Printer", ANSWER, fields, body=says) == "auto-generated"
    confirms = "Auto-Submitted: auto-replied\n" + fields.replace("Auto-Submitted: auto-generated\n", "")
    assert kind(lena, "Subject: [#93] We have it", ANSWER, confirms, body=says) == "auto-reply"


def test_a_ticket_system_that_marks_only_what_it_says_itself_is_believed():
    lena = 'From: "Lena Krug" <help@partner.example>'
    zammad = "X-Mailer: Zammad Mail Service\nX-Powered-By: Zammad"
    assert kind(lena, "Subject: Re: [#1042] Printer", ANSWER, zammad) == "correspondence"
    own = f"{zammad}\nPrecedence: bulk\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All"
    assert kind(lena, "Subject: We have received it", ANSWER, own) == "auto-reply"


def calendar(method: str, text: str, *fields: str) -> str:
    event = f"BEGIN:VCALENDAR\nMETHOD:{method}\nBEGIN:VEVENT\nSUMMARY:Visit\nDTSTART:20261201T100000Z\nEND:VEVENT\n"
    parts = (plain(text), part(event, f"Content-Type: text/calendar; charset=utf-8; method={method}"))
    head = "\n".join([TO, EVA, "Subject: Visit", *fields])
    return classify(parse(whole("alternative", *parts, head=head)), OWN).kind


def test_an_invitation_and_a_proposal_of_another_time_are_a_persons():
    assert calendar("REQUEST", "", OUTLOOK) == "correspondence"
    assert calendar("COUNTER", "Could you come on Tuesday?", ANSWER, OUTLOOK) == "correspondence"


def test_an_answer_to_an_invitation_is_heard_where_it_says_more_than_yes_or_no():
    assert calendar("REPLY", "", ANSWER, OUTLOOK) == "auto-reply"
    assert calendar("REPLY", "I am away on Monday. Come on Tuesday.", ANSWER, OUTLOOK) == "correspondence"
    assert calendar("REPLY", "Eva has accepted this invitation.", "Sender: calendar@google.example") == "auto-reply"


@pytest.mark.parametrize(
    "fields",
    [
        "From: Parcel Delivery Service <no-reply@parcel.example>\nSubject: Delivery failed - your parcel 12\n"
        "Auto-Submitted: auto-generated\nReturn-Path: <bounces+1@parcel.example>",
        "From: Delivery Service <no-reply@parcel.example>\nSubject: Delivery notification\nReturn-Path: <>",
        "From: DHL Delivery <track@parcel.example>\nSubject: Undeliverable\nReturn-Path: <>",
    ],
)
def test_a_parcel_that_was_not_delivered_is_no_mail(fields):
    told = "The parcel for eva@acme.example could not be delivered. The recipient was not at home.\n"
    assert kind(fields, body=told) == "auto-generated"


def test_an_alert_about_a_mail_queue_gives_no_mail_back():
    alert = "Warning: 312 messages could not be delivered in the last hour.\n"
    root = "From: root <root@mx.acme.example>\nSubject: Mail delivery problem on mx\nAuto-Submitted: auto-generated"
    assert kind(root, body=alert) == "auto-generated"
    assert kind("From: Mail System <m@mx.acme.example>", "Subject: Warning: mail queue", body=alert) != "bounce"


@pytest.mark.parametrize(
    "fields",
    [
        "From: PBX <asterisk@pbx.acme.example>\nX-Asterisk-VM-Message-Num: 1\nSubject: New message in mailbox 200",
        "From: scanner@acme.example\nSubject: Scan",
        "From: Fax <fax@acme.example>\nSubject: Fax from +49 30 12",
    ],
)
def test_nobody_is_thanked_for_what_a_device_sends(fields):
    assert kind(fields) == "auto-generated"


def test_a_web_form_that_writes_with_our_address_is_no_loop():
    form = "Auto-Submitted: auto-generated\nReply-To: eva@acme.example"
    assert kind(f"From: Website <{OURS}>", "Subject: Contact form", form) == "auto-generated"
    assert kind(f"From: Help <{OURS}>", "Subject: Re: Printer", form, ANSWER) == "loop"


def test_a_complaint_about_anything_but_a_mail_is_a_persons():
    assert kind("From: Eva <eva@hotmail.com>", "Subject: Complaint about my new laptop") == "correspondence"


def test_a_person_behind_a_gateway_that_drops_the_sender_is_heard_and_not_answered():
    nobody = "Return-Path: <>"
    assert kind(EVA, "Subject: Re: VPN", ANSWER, nobody, "User-Agent: Mozilla Thunderbird") == "auto-generated"
    assert kind(EVA, "Subject: Re: VPN", ANSWER, nobody) == "auto-reply"


def test_thanks_for_a_mail_are_a_machines_only_where_nobody_sent_them():
    thanks = "Subject: Thank you for your e-mail"
    assert kind(EVA, thanks, "Return-Path: <>") == "auto-reply"
    assert kind(EVA, thanks, "Return-Path: <eva@acme.example>") == "correspondence"


def test_an_answer_without_author_that_names_an_unknown_user_is_a_bounce():
    said = "You sent mail to bob@partner.example. That's not a valid user here.\n"
    assert kind("From: <>", "Auto-Submitted: auto-replied", "Return-Path: <>", ANSWER, body=said) == "bounce"
