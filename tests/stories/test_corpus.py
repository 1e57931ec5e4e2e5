"""All the real mails beside the repository go the whole way: no exception, each exactly one outcome."""

from collections import Counter

import pytest

from maild.flow.receive import explain
from tests.corpus.test_read_mails import MANIFEST, entries
from tests.stories.desk import SUPPORT, Desk

pytestmark = pytest.mark.skipif(not MANIFEST.exists(), reason="the corpus of real mails is not beside the repository")


@pytest.fixture(params=["sqlite"])
def store_url(request, sqlite_url):
    return sqlite_url


def test_every_real_mail_ends_in_one_outcome_and_explain_foretells_it(store, score):
    desk = Desk(store)
    outcomes, unlike = Counter(), []
    for file, _, raw in entries():
        foretold = explain(raw, SUPPORT, store, desk.context, desk.now).decision
        desk.arrive(raw)
        [done] = desk.work()
        outcomes[done.outcome] += 1
        assert "maild failed" not in done.reason, f"{file}: {done.reason}"
        if (done.outcome, done.reason) != (foretold.outcome, foretold.reason):
            unlike.append(file)
        desk.wait(minutes=1)
    assert unlike == []
    assert outcomes == Counter(store.inbox.counts())
    assert store.inbox.waiting() == 0
    score(f"real mails by outcome: {dict(outcomes.most_common())}")
