"""May an agent's mail be obeyed: the From address is in the roster, and something speaks for it."""

from __future__ import annotations

from dataclasses import dataclass

from maild.desk.trust import Speaker


@dataclass(frozen=True, slots=True)
class Authority:
    """Whether a mail is obeyed, and why in one sentence."""

    believed: bool
    reason: str


def authority(
    speaker: Speaker,
    ticket: int,
    tokens: frozenset[int],
    *,
    servers: bool,
    single: bool = True,
    confirmed: bool = False,
) -> Authority:
    """Decide whether a mail that says it is from an agent may order anything; asked when it is processed.

    Args:
        ticket: that it is about, 0 for none.
        tokens: tickets of which it carries a genuine token issued to this agent; 0 is that of a digest.
        servers: whether any authserv-id is configured; then its word is asked for, and a token is not enough.
        single: the mail has one From address.
        confirmed: the agent has answered a fresh question that went to the roster's address.
    """
    if confirmed:
        return Authority(True, "the agent has confirmed it from the address in the roster")
    if not single:
        return Authority(False, "it has several From addresses")
    if speaker.refuted:
        return Authority(False, f"the receiving server says that {speaker.email} did not send it")
    if speaker.authenticated:
        return Authority(True, f"the receiving server confirms that {speaker.email} sent it")
    if servers:
        return Authority(False, f"no trusted server confirms that {speaker.email} sent it")
    if ticket in tokens:
        about = f"of #{ticket}" if ticket else "of no ticket"
        return Authority(True, f"it carries a token {about} that was issued to this agent")
    if tokens and ticket:
        other = min(tokens)
        return Authority(False, f"its token is for #{other}, not for #{ticket}")
    return Authority(False, "it carries no token that was issued to this agent")
