"""What the receiving server found out about a sender: Authentication-Results, read strictly (RFC 8601)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from maild.mail.message import Message

_OUTSIDE = re.compile(r'"((?:[^"\\]|\\.)*)"|[();]|[^"();]+', re.DOTALL)
_WITHIN_A_COMMENT = re.compile(r"\\.|[()]|[^()\\]+", re.DOTALL)
_NO_VALUE = re.compile(r"[^\w.@+-]")
_RESULT = re.compile(r"^\s*([a-z][a-z0-9-]*)(?:/\d+)?\s*=\s*([a-z]+)\b(.*)$", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"([a-z]+)\.([a-z0-9_-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)", re.IGNORECASE)
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Authentication:
    """What a trusted server says of the From address."""

    passed: bool = False
    failed: bool = False
    """DMARC failed: the From domain's owner disowns the mail."""
    detail: str = "no trusted Authentication-Results"


def authentication(message: Message, trusted: frozenset[str]) -> Authentication:
    """Read the topmost Authentication-Results field, and only if a configured server wrote it.

    A sender can add such fields himself, and they stand below the receiving server's own. So one that stands
    below another is never believed, whatever name it bears, nor is any field when a mail has several From addresses.

    Args:
        trusted: our authserv-ids in lower case (RFC 8601 section 2.5).
    """
    author = message.author
    fields = message.header_all("authentication-results")
    if not trusted or not fields or author is None:
        return Authentication()
    if len(message.from_) != 1:
        return Authentication(failed=True, detail="it has several From addresses")
    servid, *results = _split(fields[0][:_LONGEST])
    servid = servid.strip().partition(" ")[0].lower()
    if servid not in trusted:
        return Authentication(detail=f"Authentication-Results of {servid or 'nobody'}, who is not trusted")
    found = [_result(text) for text in results]
    dmarc = {
        result
        for method, result, properties in found
        if method == "dmarc" and properties.get("header.from", author.domain) == author.domain
    }
    if "fail" in dmarc:
        return Authentication(failed=True, detail=f"{servid}: dmarc=fail for {author.domain}")
    if dmarc == {"pass"}:
        return Authentication(passed=True, detail=f"{servid}: dmarc=pass for {author.domain}")
    for method, result, properties in found:
        if method == "dkim" and result == "pass":
            signer = properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]
            if _aligned(signer, author.domain):
                return Authentication(passed=True, detail=f"{servid}: dkim=pass by {signer}")
    return Authentication(detail=f"{servid} says nothing that speaks for {author.domain}")


def _split(value: str) -> list[str]:
    """Split a field at its semicolons, without comments (RFC 5322 section 3.2.2); [""] where it keeps no grammar.

    What is quoted can be a value and nothing else: the sender chose the address in `smtp.mailfrom="..."`, and may have
    put a result of his own into it.
    """
    pieces, depth, position = [""], 0, 0
    while match := (_WITHIN_A_COMMENT if depth else _OUTSIDE).match(value, position):
        position = match.end()
        if match[0] in "()":
            depth += 1 if match[0] == "(" else -1
            pieces[-1] += " "
        elif depth:
            continue
        elif match[0] == ";":
            pieces.append("")
        elif match[0].startswith('"'):
            pieces[-1] += f'"{_NO_VALUE.sub("_", match[1])}"'
        else:
            pieces[-1] += match[0]
        if depth < 0:
            break
    return [""] if depth or position < len(value) else pieces


def _result(text: str) -> tuple[str, str, dict[str, str]]:
    match = _RESULT.match(text)
    if not match:
        return "", "", {}
    properties: dict[str, str] = {}
    for kind, name, value in _PROPERTY.findall(match[3]):
        properties.setdefault(f"{kind}.{name}".lower(), value.strip('"').lower())
    return match[1].lower(), match[2].lower(), properties


def _aligned(signer: str, domain: str) -> bool:
    """The signer is the From domain or one above it; a bare top-level domain signs for nobody (RFC 7489 3.1.1)."""
    return bool(signer) and "." in signer and (domain == signer or domain.endswith("." + signer))
