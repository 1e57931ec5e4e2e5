"""Whether an agent's mail may be obeyed."""

import pytest

from maild.desk.authority import authority
from maild.desk.trust import Speaker

BEN = Speaker("ben@example.com", known=True)
PASSED = Speaker("ben@example.com", authenticated=True)
FORGED = Speaker("ben@example.com", refuted=True)
OURS = frozenset({1001})


@pytest.mark.parametrize(
    ("speaker", "ticket", "tokens", "how", "believed"),
    [
        (BEN, 1001, OURS, {"servers": False}, True),
        (BEN, 1001, frozenset(), {"servers": False}, False),
        (BEN, 1002, OURS, {"servers": False}, False),
        (BEN, 0, OURS, {"servers": False}, False),
        (BEN, 0, frozenset({0}), {"servers": False}, True),
        (BEN, 1001, frozenset({0}), {"servers": False}, False),
        (BEN, 1001, OURS, {"servers": True}, False),
        (PASSED, 1001, frozenset(), {"servers": True}, True),
        (PASSED, 0, frozenset(), {"servers": True}, True),
        (PASSED, 1001, OURS, {"servers": True, "single": False}, False),
        (FORGED, 1001, OURS, {"servers": True}, False),
        (FORGED, 1001, OURS, {"servers": False}, False),
        (BEN, 1001, frozenset(), {"servers": True, "confirmed": True}, True),
    ],
)
def test_a_mail_is_obeyed_only_where_something_speaks_for_its_sender(speaker, ticket, tokens, how, believed):
    found = authority(speaker, ticket, tokens, **how)
    assert found.believed is believed
    assert found.reason
