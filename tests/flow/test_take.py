"""From the mailbox into the inbox: durable first, put away afterwards, whatever happens in between."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from maild.edge.imap import Batch, Fetched, MailboxDown
from maild.flow.receive import Folders, take

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
FOLDERS = Folders("Processed", "Held")


@dataclass
class FakeMailbox:
    """A folder of mails by UID, and where each was put."""

    mails: dict[int, Fetched]
    uidvalidity: int = 1
    name: str = "support@example.com"
    put: dict[int, str] = field(default_factory=dict)
    breaks_at_finish: bool = False
    cannot_move: str = ""
    left_alone: tuple[int, ...] = ()

    def batches(self, known):
        waiting = [uid for uid in self.mails if uid not in self.put]
        kept = known(self.uidvalidity, set(waiting))
        if kept:
            yield Batch(self.uidvalidity, (), tuple(sorted(kept)))
        if new := tuple(self.mails[uid] for uid in waiting if uid not in kept):
            yield Batch(self.uidvalidity, new)

    def finish(self, uidvalidity, uids, folder):
        if self.breaks_at_finish:
            raise MailboxDown("the connection broke")
        self.put.update(dict.fromkeys(uids, folder))
        return self.cannot_move


def mailbox(*uids, **changes):
    return FakeMailbox({uid: Fetched(uid, b"Subject: %d\r\n\r\n" % uid, 20) for uid in uids}, **changes)


def test_a_mail_is_kept_and_then_put_away(store):
    box = mailbox(1, 2)
    assert take(box, FOLDERS, store, lambda: NOW) == []
    assert box.put == {1: "Processed", 2: "Processed"}
    assert store.inbox.waiting() == 2


def test_a_crash_between_keeping_and_putting_away_doubles_nothing(store):
    box = mailbox(1, 2, breaks_at_finish=True)
    with pytest.raises(MailboxDown):
        take(box, FOLDERS, store, lambda: NOW)
    assert store.inbox.waiting() == 2
    box.breaks_at_finish = False
    take(box, FOLDERS, store, lambda: NOW)
    assert store.inbox.waiting() == 2
    assert box.put == {1: "Processed", 2: "Processed"}


@pytest.mark.parametrize("crash", [False, True])
def test_a_mail_that_is_too_large_stays_whole_in_the_held_folder(store, crash):
    box = mailbox(1)
    box.mails[2] = Fetched(2, b"Subject: video\r\n\r\n", 60_000_000, truncated=True)
    if crash:
        box.breaks_at_finish = True
        with pytest.raises(MailboxDown):
            take(box, FOLDERS, store, lambda: NOW)
        box.breaks_at_finish = False
    take(box, FOLDERS, store, lambda: NOW)
    assert box.put == {1: "Processed", 2: "Held"}


def test_a_new_uidvalidity_names_other_mails(store):
    take(mailbox(1), FOLDERS, store, lambda: NOW)
    take(mailbox(1, uidvalidity=2), FOLDERS, store, lambda: NOW)
    assert store.inbox.waiting() == 2


def test_what_keeps_mails_in_the_mailbox_is_told(store):
    box = mailbox(1, cannot_move="Processed cannot be made", left_alone=(7, 9))
    told = take(box, FOLDERS, store, lambda: NOW)
    assert told[0] == "Processed cannot be made"
    assert "7, 9" in told[1]


def test_progress_is_told_of_new_mails_only(store):
    counts = []
    take(mailbox(1, 2), FOLDERS, store, lambda: NOW, counts.append)
    take(mailbox(1, 2, 3), FOLDERS, store, lambda: NOW, counts.append)
    assert counts == [2, 0, 1]
