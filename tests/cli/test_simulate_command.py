"""`maild simulate` lets a copy of the desk live through a week in a moment, and changes nothing."""

from maild.store import open_store
from tests.cli.desk import QUESTION


def test_a_week_shows_what_would_be_sent_and_changes_nothing(morning, tmp_path):
    mails = tmp_path / "mails"
    mails.mkdir()
    other = QUESTION.replace(b"<q1@", b"<q2@").replace(b"VPN asks", b"Printer jams").replace(b"20 Nov", b"23 Nov")
    (mails / "one.eml").write_bytes(other)
    store = open_store(morning.url)
    before = (store.tickets.counts(), store.outbox.counts())
    span = ("--from", "2026-11-20 09:30", "--to", "2026-11-24 12:00", "--mails", str(mails))
    rows = morning.maild("simulate", *span, "--json").json
    assert (store.tickets.counts(), store.outbox.counts()) == before
    store.close()
    [receipt] = [row for row in rows if row["notice"] == "receipt" and row["ticket"] != 1001]
    assert (receipt["at"], receipt["to"]) == ("2026-11-23T01:00:00Z", "eva@example.com")
    assert "would be sent." in morning.maild("simulate", *span).out


def test_a_stretch_that_ends_before_it_begins_is_wrong_usage(morning):
    said = morning.maild("simulate", "--from", "2026-11-20 09:00", "--to", "2026-11-19 09:00")
    assert said.code == 2
    assert "--to must be later" in said.err
