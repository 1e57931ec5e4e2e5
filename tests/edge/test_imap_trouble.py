"""Mails a server chokes on are tried in ever smaller ways, and never forgotten."""

from maild.edge.imap_trouble import HEADER_AFTER, REST, REST_AFTER, Troubles


def failed(times: int, uid: int = 1, now: float = 0.0) -> Troubles:
    troubles = Troubles()
    for _ in range(times):
        troubles.begin([uid], now)
    return troubles


def test_a_mail_is_fetched_whole_until_that_has_failed_often_enough():
    assert not failed(HEADER_AFTER - 1).header_only(1)
    assert failed(HEADER_AFTER).header_only(1)


def test_a_mail_rests_for_a_while_after_everything_has_failed():
    assert not failed(REST_AFTER - 1).rests(1, 0.0)
    troubles = failed(REST_AFTER, now=100.0)
    assert troubles.rests(1, 100.0)
    assert troubles.resting(100.0) == (1,)
    assert not troubles.rests(1, 100.0 + REST)
    assert troubles.resting(100.0 + REST) == ()


def test_a_mail_that_fails_again_after_its_rest_rests_again():
    troubles = failed(REST_AFTER)
    troubles.begin([1], REST)
    assert troubles.rests(1, REST)


def test_success_wipes_the_slate():
    troubles = failed(REST_AFTER)
    troubles.succeeded(1)
    assert troubles.attempts(1) == 0
    assert not troubles.rests(1, 0.0)


def test_mails_that_are_gone_are_forgotten():
    troubles = failed(REST_AFTER)
    troubles.begin([2], 0.0)
    troubles.keep_only([2])
    assert (troubles.attempts(1), troubles.attempts(2)) == (0, 1)
    assert troubles.resting(0.0) == ()
