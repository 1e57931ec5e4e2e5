"""A rulebook of any size, and mails to ask it about."""

import random

from maild.rulebook.conditions import All, Item, Not, Says
from maild.rulebook.model import Rule, Rulebook, Setting
from tests.rulebook.desks import facts


def large(count):
    """Make a rulebook of many rules: five words each, some with expressions, some with exceptions."""
    draw = random.Random(7)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(4, 9))) for _ in range(20_000)]
    signs = [chr(number) for number in range(0x4E00, 0x5E00)]
    rules = []
    for i in range(count):
        items = [Item("word", draw.choice(words)) for _ in range(3)]
        items += [Item("word", "".join(draw.choices(signs, k=draw.randint(2, 4)))) for _ in range(2)]
        when = Says(draw.choice(["subject", "text", "mentions"]), tuple(items))
        if i % 4 == 0:
            when = All((when, Not(Says("from", (Item("pattern", f"*@m{i}.example.com"),)))))
        if i % 10 == 0:
            when = Says("text", (Item("expression", rf"\b{draw.choice(words)}-?[0-9]{{2,}}\b"),))
        rules.append(Rule(f"rule {i}", i + 1, when, (Setting("category", "network", i + 1),)))
    text = " ".join(draw.choice([*words[:3000], *signs[:500]]) for _ in range(300))
    return Rulebook(rules=tuple(rules)), [facts(f"VPN 坏了 {draw.choice(words)}", text, size=i) for i in range(20)]
