"""Old tickets are found by their words in both languages, on either database, as soon as they are committed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from maild.desk.ticket import Entry, Ticket
from maild.store import Store
from maild.store.find import COUNTED
from tests.store.past import ASKED, MANY, past, questions

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def ticket(store: Store, subject: str, *texts: str, solution: str = "", kind: str = "correspondence") -> int:
    made = store.tickets.insert(Ticket(0, subject, "eva@example.com", "Eva", "en", NOW))
    for text in texts:
        store.tickets.add_entry(made.number, Entry(NOW, kind, "in", "eva@example.com", subject, text))
    if solution:
        store.tickets.update(replace(made, status="resolved", solution=solution))
    return made.number


def found(store: Store, question: str, **how: object) -> list[int]:
    return [one.number for one in store.find.tickets(question, **how)]


def test_of_sixty_questions_nine_in_ten_find_their_ticket_among_the_first_three(store):
    with store.transaction():
        numbers = [ticket(store, one.subject, one.text, solution=one.solution) for one in past()]
    assert len(numbers) == MANY
    asked = questions()
    assert len(asked) == ASKED
    tops = {question: found(store, question, limit=3) for _, question in asked}
    missed = [(question, place) for place, question in asked if numbers[place] not in tops[question]]
    assert len(missed) <= ASKED // 10, missed


def test_a_ticket_is_found_by_subject_text_and_solution(store):
    number = ticket(store, "Lamp is dark", "It hangs over my desk.", solution="Changed the fuse")
    ticket(store, "Lift stands", "Between two floors.")
    assert [found(store, word) for word in ("lamps", "desks", "fuse")] == [[number]] * 3


def test_chinese_is_found_by_any_two_letters_in_a_row(store):
    number = ticket(store, "三楼打印机卡纸", "屏幕提示打开后盖。")
    assert [found(store, word) for word in ("打印机 卡纸", "卡纸", "后盖")] == [[number]] * 3
    assert found(store, "投影") == []


def test_a_code_is_found_as_it_is_written(store):
    number = ticket(store, "Update fails", "It says 0x80070005 and 5.7.1.")
    ticket(store, "Update fails", "It says 0x80070006.")
    assert found(store, "0x80070005") == [number]
    assert found(store, "5.7.1") == [number]


def test_a_word_of_the_subject_outweighs_one_of_the_text(store):
    in_text = ticket(store, "Light", "The lamp is dark.")
    in_subject = ticket(store, "Lamp", "The light is dark.")
    newest = ticket(store, "Light", "The lamp is dark.")
    assert found(store, "lamp")[0] == in_subject
    assert set(found(store, "lamp")) == {in_text, in_subject, newest}


def test_of_two_that_fit_alike_the_younger_comes_first(store):
    first, second = ticket(store, "Lamp is dark"), ticket(store, "Lamp is dark")
    assert found(store, "lamp") == [second, first]


def test_only_solved_tickets_and_others_than_this_one_can_be_asked_for(store):
    open_one, solved = ticket(store, "Lamp"), ticket(store, "Lamp", solution="New bulb")
    assert found(store, "lamp", solved=True) == [solved]
    assert found(store, "lamp", without=solved) == [open_one]


def test_what_machines_wrote_is_not_looked_through(store):
    ticket(store, "Light", "lamp", kind="notice")
    assert found(store, "lamp") == []


def test_a_ticket_that_is_taken_back_is_not_found(store):
    def fail_behind_it() -> None:
        with store.transaction():
            ticket(store, "Lamp is dark")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_behind_it()
    assert found(store, "lamp") == []


def test_the_share_says_how_much_of_a_question_a_ticket_holds(store):
    ticket(store, "Lamp is dark in the hall")
    for _ in range(5):
        ticket(store, "Something quite different")
    whole, half = store.find.tickets("dark lamp")[0], store.find.tickets("dark lamp, zeppelin and walrus")[0]
    assert whole.share == pytest.approx(1.0)
    assert half.share < 0.6


def test_the_index_can_be_made_anew_and_finds_the_same(store):
    for one in list(past())[:40]:
        ticket(store, one.subject, one.text, solution=one.solution)
    before = {question: found(store, question) for _, question in questions()}
    store._db.run("DELETE FROM ticket_find")
    assert store.find.behind() == 40
    assert found(store, "printer") == []
    assert store.find.rebuild(some=7) == 40
    assert store.find.behind() == 0
    assert {question: found(store, question) for _, question in questions()} == before


@pytest.mark.parametrize("question", ["", "the", '"', "a OR b*", "') OR 1=1 --", "'':* & !", "NEAR(a b)", "\0 \ud800"])
def test_no_question_breaks_the_search(store, question):
    ticket(store, "Lamp is dark")
    assert found(store, question) == []


@pytest.mark.live
@pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
def test_a_common_word_is_not_counted_anew_for_each_question(store):
    db = store._db
    many = COUNTED + 500
    db.run(
        "INSERT INTO ticket (number, subject, requester, opened_at, status) "
        "SELECT n, 'Lamp', 'eva@example.com', n, 'closed' FROM generate_series(1001, 1000 + ?) AS n",
        (many,),
    )
    db.run(
        "INSERT INTO ticket_find (ticket, heading, body) SELECT number, '''lamp'':1A'::tsvector, "
        "(CASE WHEN mod(number, 1000) = 0 THEN '''lift'':1' ELSE '' END)::tsvector FROM ticket"
    )
    counts = store.find._words.holding
    assert counts(["lamp", "lift", "none"]) == {"lamp": COUNTED, "lift": 2, "none": 0}
    db.run("ANALYZE")
    assert counts(["lamp", "lift", "none"]) == {"lamp": many, "lift": 2, "none": 0}
    assert [one.number for one in store.find.tickets("lift lamp", 3)] == [3000, 2000, 1000 + many]
