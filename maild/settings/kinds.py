"""The kinds of value a setting can be, each with the sentence an admin reads when it is none."""

from __future__ import annotations

import re
import shlex
import unicodedata
import zoneinfo
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ByteSize, Field, SecretStr, ValidationInfo
from pydantic_core import PydanticCustomError

from maild.problem import did_you_mean

ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|m|h|d)?\s*")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SECRET_VALUE = re.compile(r"(\bpassword[\"']?\s*=\s*).+", re.IGNORECASE)
SECRET_IN_URL = re.compile(r"((?:://[^:/@\s\"']*|\b[\w.-]+):(?!//))[^\s\"']+(?=@)")
PROMISE = re.compile(r"[1-9]\d*(m|h|bd)")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DATABASES = ("sqlite", "postgresql", "postgres")


def mistake(what: str, hint: str = "") -> PydanticCustomError:
    """Make the error of a validator: a sentence that goes on from '"port" in [smtp] ...', and a hint."""
    return PydanticCustomError("maild", "{what}", {"what": what, "hint": hint})


def masked(text: str) -> str:
    """Hide what may be a password in a line of a settings file or in the URL of a database."""
    return SECRET_IN_URL.sub(r"\1***", SECRET_VALUE.sub(r"\1***", text))


def _list_of_one(value: Any) -> Any:
    """Take "a, b" for ["a", "b"]: the environment knows no lists."""
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


def _command(value: Any) -> Any:
    """Take what one would type at a shell for its words."""
    try:
        return shlex.split(value) if isinstance(value, str) else value
    except ValueError:
        raise mistake("has a quote that is not closed") from None


def _address(value: str) -> str:
    if ADDRESS.fullmatch(value):
        return value.lower()
    named = parseaddr(value)[1]
    raise mistake("must be a mail address", f'only the address here: "{named}"' if ADDRESS.fullmatch(named) else "")


def _sender(value: str) -> str:
    if ADDRESS.fullmatch(parseaddr(value)[1]) and "\n" not in value:
        return value
    raise mistake("must be a name and a mail address", 'for example: "IT Helpdesk <support@example.com>"')


def _host(value: str) -> str:
    bare = value.partition("://")[2] or value
    bare = bare.split("/")[0]
    name, colon, port = bare.partition(":")
    if colon and port.isdigit():
        raise mistake("must be the name of the server alone", f'write host = "{name}" and port = {port}')
    if bare != value:
        raise mistake("must be the name of the server alone, without a URL around it", f'write host = "{bare}"')
    if not value or re.search(r"\s|@", value):
        raise mistake("must be the name or the IP address of a server", 'for example: "mail.example.com"')
    return value.lower()


def _seconds(value: Any) -> Any:
    if isinstance(value, str):
        match = LENGTH.fullmatch(value)
        value = float(match[1]) * SECONDS[match[2] or "s"] if match else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise mistake("must be a length of time", 'for example: "30s" or "5m"')
    return value


def _size(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"\s*\d+(\.\d+)?\s*([kmg]i?)?b?\s*", value, re.IGNORECASE):
        value = None
    if isinstance(value, bool) or not isinstance(value, int | str) or value == 0:
        raise mistake("must be a size", 'for example: "25MB"')
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, str) and any(unicodedata.category(letter) == "Cc" for letter in value):
        raise mistake("has a control character in it")
    return value


def _path(value: Path, info: ValidationInfo) -> Path:
    base = (info.context or {}).get("base")
    value = value.expanduser()
    return base / value if base else value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _database(value: SecretStr, info: ValidationInfo) -> SecretStr:
    url = value.get_secret_value()
    kind, colon, rest = url.partition("://")
    if not colon or not rest:
        raise mistake("must be the URL of a database", 'for example: "sqlite:///maild.db"')
    if kind not in DATABASES:
        near = did_you_mean(kind, DATABASES)
        raise mistake(f"names a kind of database that maild does not know: {kind}", near or "it knows sqlite and "
                      "postgresql")  # fmt: skip
    if kind == "sqlite":
        if not rest.strip("/"):
            raise mistake("names no file", 'for example: "sqlite:///maild.db"')
        if not rest.startswith("/"):
            raise mistake("must have three slashes before the name of the file", f'write "sqlite:///{rest}"')
        base = (info.context or {}).get("base")
        return SecretStr(f"sqlite:///{base / rest[1:]}" if base else url)
    return value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise mistake("must be the address of a web page", 'for example: "https://helpdesk.example.com"')
    if parts.query or parts.fragment:
        raise mistake('must end before any "?" or "#"', f'write "{value.split("?")[0].split("#")[0]}"')
    return value.rstrip("/")


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise mistake("must be an IP address and a port", 'for example: "127.0.0.1:8025"')
    return value


def _timezone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = did_you_mean(value, zoneinfo.available_timezones())
        raise mistake("must be a time zone", near or 'for example: "Europe/Berlin" or "Asia/Shanghai"') from None
    return value


def _promise(value: str) -> str:
    if not PROMISE.fullmatch(value):
        raise mistake("must be a length of business time", 'for example: "4h" or "1bd" (one business day)')
    return value


def _hours(value: dict[str, str]) -> dict[str, str]:
    for days, spans in value.items():
        if any(day not in DAYS for day in days.split("-")) or days.count("-") > 1:
            raise mistake(f'names days that are none: "{days}"', 'days are mon tue wed thu fri sat sun, or "mon-fri"')
        last = "00:00"
        for span in spans.split():
            ends = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-(([01]\d|2[0-3]):[0-5]\d|24:00)", span)
            if not ends or not last <= span[:5] < span[6:]:
                raise mistake(f'has hours for {days} that are none, or out of order: "{span}"',
                              'for example: {mon-fri = "09:00-12:00 13:00-18:00"}')  # fmt: skip
            last = span[6:]
    return value


Plain = Annotated[str, AfterValidator(_plain)]
Words = Annotated[Plain, Field(min_length=1)]
Address = Annotated[str, AfterValidator(_address)]
Sender = Annotated[str, AfterValidator(_sender)]
Host = Annotated[str, AfterValidator(_host)]
Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, BeforeValidator(_seconds)]
Size = Annotated[ByteSize, BeforeValidator(_size)]
FilePath = Annotated[Path, BeforeValidator(_plain), AfterValidator(_path)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Listen = Annotated[str, AfterValidator(_listen)]
TimeZone = Annotated[str, AfterValidator(_timezone)]
Promise = Annotated[str, AfterValidator(_promise)]
Hours = Annotated[dict[str, str], AfterValidator(_hours)]
Addresses = Annotated[tuple[Address, ...], BeforeValidator(_list_of_one)]
Names = Annotated[tuple[Words, ...], BeforeValidator(_list_of_one)]
Command = Annotated[tuple[str, ...], BeforeValidator(_command)]
AnyCase = BeforeValidator(_lower)
