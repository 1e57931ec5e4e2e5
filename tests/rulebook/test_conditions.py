"""The logic of conditions: what follows from what, and that asking quickly is asking rightly."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from maild.desk.calendar import Calendar
from maild.mail.message import Address
from maild.rulebook.conditions import All, Any, Is, Item, Not, OneOf, Says, Size, implies, never_holds
from maild.rulebook.facts import Facts
from maild.rulebook.match import Circumstances, Matcher, Premise, holds

NOW = datetime(2026, 11, 20, tzinfo=UTC)
CALENDARS: dict[str, Calendar] = {}

words = st.sampled_from(["a", "b", "全", "c d"]).map(lambda text: Item("word", text))
items = st.lists(words, min_size=1, max_size=3, unique=True).map(tuple)
leaves = st.one_of(
    st.builds(Says, st.sampled_from(["subject", "text", "mentions", "from"]), items),
    st.builds(Says, st.just("header"), items, st.sampled_from(["X-A", "x-b"])),
    st.builds(OneOf, st.sampled_from(["language", "department"]), st.sampled_from([("en",), ("zh",), ("en", "zh")])),
    st.builds(Is, st.sampled_from(["vip", "authenticated"]), st.booleans()),
    st.builds(Size, st.booleans(), st.sampled_from([10, 20]), st.just("")),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Any(tuple(parts))),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)
texts = st.text("ab c全d", max_size=6)
mails = st.builds(
    Facts,
    from_=texts.map(lambda name: (Address(name, "x@example.com"),)),
    subject=texts,
    text=texts,
    headers=texts.map(lambda text: (("x-a", text), ("x-b", "a"))),
    size=st.sampled_from([5, 10, 15, 20, 25]),
    language=st.sampled_from(["en", "zh"]),
    department=st.sampled_from(["", "en", "zh"]),
    vip=st.booleans(),
    authenticated=st.booleans(),
)


def held(condition, mail):
    found = Matcher([Premise("it", 1, condition)]).find(mail)
    return holds(condition, Circumstances(mail, found, CALENDARS, NOW, "other"))[0]


@given(st.lists(st.one_of(leaves, conditions), min_size=2, max_size=5), mails)
def test_what_implies_another_never_holds_without_it(some, mail):
    some = [*some, All(tuple(some[:2])), Any(tuple(some[:2])), Not(some[0]), Not(Any(tuple(some[:2])))]
    holding = [held(condition, mail) for condition in some]
    for i, narrow in enumerate(some):
        for j, wide in enumerate(some):
            assert not implies(narrow, wide) or holding[j] or not holding[i]


@given(conditions, conditions)
def test_a_condition_implies_itself_and_whatever_is_weaker(one, other):
    assert implies(one, one)
    assert implies(one, None)
    assert implies(All((one, other)), other)
    assert implies(one, Any((other, one)))
    assert implies(Not(Any((one, other))), Not(one)) or isinstance(one, Any)
    assert not implies(None, one)


@given(conditions, mails)
def test_what_is_said_never_to_hold_never_does(condition, mail):
    if never_holds(condition):
        assert not held(condition, mail)
    assert not held(All((condition, Not(condition))), mail)
    assert never_holds(All((condition, Not(condition))))


@given(st.lists(conditions, min_size=1, max_size=8), mails)
def test_a_rule_that_is_no_candidate_does_not_hold(asked, mail):
    matcher = Matcher([Premise(str(i), i, condition) for i, condition in enumerate(asked)])
    found = matcher.find(mail)
    around = Circumstances(mail, found, CALENDARS, NOW, "other")
    candidates = matcher.candidates(found)
    assert candidates == sorted(candidates)
    for i, condition in enumerate(asked):
        assert i in candidates or not holds(condition, around)[0]


@given(conditions, mails)
def test_every_answer_has_its_reason(condition, mail):
    found = Matcher([Premise("it", 1, condition)]).find(mail)
    assert holds(condition, Circumstances(mail, found, CALENDARS, NOW, "other"))[1]
