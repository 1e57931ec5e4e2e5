"""What all mail servers have in common: what is found when one is tried, and what is wrong with its certificate."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

CERTIFICATE = {
    9: "it is not valid yet; look at this machine's clock",
    10: "it has expired, and whoever runs the server has to renew it",
    18: "it is signed by nobody but itself",
    19: "its authority is not one that is trusted here",
    20: "its authority is not one that is trusted here",
    21: "its authority is not one that is trusted here",
    62: "it is for another host name; write the host as the server's owner does",
    64: "it is for another address",
}
"""By OpenSSL's X509_V_ERR numbers."""
NOT_TRUSTED = (18, 19, 20, 21)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What came of trying an account, in a person's words."""

    good: bool
    says: str
    notes: tuple[str, ...] = ()
    """What is worth knowing although all is well."""


def certificate_refused(error: ssl.SSLCertVerificationError, where: str, ca_file: Path | str | None) -> str:
    """Say why a server's certificate is not accepted, and what to do where it may be one's own server."""
    reason = f"The certificate of {where} is not accepted: {CERTIFICATE.get(error.verify_code, error.verify_message)}."
    if error.verify_code not in NOT_TRUSTED:
        return reason
    if ca_file:
        return f"{reason} It was compared with {ca_file}."
    return f"{reason} If the server is your own, name its authority's file as ca_file."
