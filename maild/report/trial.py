"""A comparison becomes a page: each measure before and after, and an honest word on chance."""

from __future__ import annotations

from collections.abc import Sequence

from maild.desk.review import Headline, Review, Section, Table
from maild.report.compare import FEWEST, Difference, Value
from maild.report.period import Period
from maild.report.words import Speech


def trial_page(before: Period, after: Period, differences: Sequence[Difference], say: Speech) -> Review:
    """Write the page of a before-and-after trial."""
    judged = [one for one in differences if one.verdict != "few"]
    clear = [one for one in judged if one.verdict in ("sure", "likely")]
    sentence = say("compare_say", clear=len(clear), all=len(judged)) if clear else say("compare_say_none")
    keys = ("measured", "before", "after", "verdict", "chance", "counted")
    rows = tuple(
        (
            say(one.measure),
            shown(one, one.before, say),
            shown(one, one.after, say),
            in_words(one, say),
            "–" if one.verdict == "few" else say.chance(one.chance),
            f"{one.counts[0]} / {one.counts[1]}",
        )
        for one in differences
    )
    moods = {True: "good", False: "bad", None: ""}
    headlines = tuple(
        Headline(
            say(one.measure), shown(one, one.after, say), say("than_before", value=shown(one, one.before, say)),
            moods[one.better],
        )
        for one in clear
    )  # fmt: skip
    return Review(
        title=say("comparison"),
        period=say("against", before=say.period(before), after=say.period(after)),
        headlines=headlines,
        sections=(Section(say("compare_title"), sentence, table=Table(tuple(map(say, keys)), rows)),),
        notes_title=say("notes_title"),
        notes=(say("note_chance"), say("note_cause"), say("note_few", fewest=FEWEST), say("note_times")),
    )


def shown(one: Difference, value: Value, say: Speech) -> str:
    """Write one side of a difference."""
    if one.kind == "time":
        return say.length(value)
    return say.percent(value) if one.kind == "share" else say.mean(value)


def in_words(one: Difference, say: Speech) -> str:
    """Say what a difference is worth."""
    if one.verdict == "few":
        return say("few")
    if one.verdict == "chance":
        return say("chance_verdict")
    return say(one.verdict if one.better is None else f"{one.verdict}_{'better' if one.better else 'worse'}")
