"""What a rulebook costs for one mail, as a share of what the whole mail costs to read."""

from __future__ import annotations

import statistics
import time

from maild.mail.parse import parse
from maild.rulebook.rules import apply
from tests.bench.mails import mails
from tests.rulebook.desks import NOW
from tests.rulebook.large import large


def main() -> None:
    """Print the cost of 1,000 rules for a mail, and its ratio to parsing one."""
    book, asked = large(1000)
    apply(book, asked[0], NOW)
    rules = statistics.median(_seconds(lambda mail=mail: apply(book, mail, NOW)) for mail in asked * 5)
    reading = statistics.median(_seconds(lambda raw=raw: parse(raw)) for raw in mails(200))
    print(f"1,000 rules: {1000 * rules:.2f} ms CPU/mail, {rules / reading:.2f} of what parsing a mail costs")


def _seconds(work: object) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
