"""The README explains every setting and no other, with what usually holds."""

import re
import tomllib
from pathlib import Path

import pytest

from maild.settings.model import Account, Database, Desk, Logging, Mailbox, OAuth, Paths, Settings, Smtp, Trust, Web

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
SECTION = re.search(r"^## Every setting\n(.*?)(?=^## )", README, re.MULTILINE | re.DOTALL)[1]
TABLES = {
    "[mailbox]": Mailbox, "[smtp]": Smtp, "oauth": OAuth, "[database]": Database, "[web]": Web, "[paths]": Paths,
    "[trust]": Trust, "[desk]": Desk, "[log]": Logging,
}  # fmt: skip
AS_ABOVE = set(Account.model_fields) - {"port"}
"""What one account needs as any other; explained with the first one."""


def explained(table: str) -> dict[str, str]:
    """Give what usually holds, by the name of each setting in a table."""
    part = re.split(r"\n\*\*", SECTION.partition(f"\n**{table}**")[2], maxsplit=1)[0]
    rows = [[cell.strip() for cell in line.split("|")[1:3]] for line in part.splitlines() if line.startswith("| `")]
    return {name.strip("`"): usually for name, usually in rows}


@pytest.mark.parametrize("table", TABLES)
def test_every_setting_is_explained_and_none_that_does_not_exist(table):
    exist = {field.alias or name for name, field in TABLES[table].model_fields.items()}
    assert set(explained(table)) == (exist - AS_ABOVE if table == "[smtp]" else exist)


def test_every_table_is_explained():
    exist = {field.alias or name for name, field in Settings.model_fields.items()} - {"systemd"}
    assert {f"[{name}]" for name in exist} | {"oauth"} == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_what_usually_holds_is_so(table):
    model = TABLES[table]
    fields = {field.alias or name: (name, field) for name, field in model.model_fields.items()}
    for name, usually in explained(table).items():
        field, here = fields[name][1], f"{table} {name}"
        if usually == "needed":
            assert field.is_required() or name == "username", here
        elif usually.startswith("`"):
            said = tomllib.loads(f"it = {usually.strip('`')}")["it"]
            usual = field.get_default(call_default_factory=True, validated_data={})
            usual = getattr(usual, "get_secret_value", lambda value=usual: value)()
            usual = str(usual) if isinstance(usual, Path) else list(usual) if isinstance(usual, tuple) else usual
            assert usual == (25_000_000 if said == "25MB" else said), here
