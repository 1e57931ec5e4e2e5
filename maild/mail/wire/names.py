"""Makes names of attachments that are safe to save under on any system, and makes one up where there is none."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# "Invoice 12/2024.pdf" is no path: nothing before the slash is left out.
_PATH = re.compile(r"\s*(?:[/~.]|[A-Za-z]:|[^/]*\\|[a-z]+://)")
_BLANK = re.compile(r"\s")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
_LONGEST = 120
_MOST_OCTETS = 240
"""File systems allow 255 octets; some room is left for a number in front or behind."""

_EXTENSIONS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/rtf": "rtf",
    "text/xml": "xml",
    "text/x-patch": "patch",
    "text/x-diff": "diff",
    "application/rtf": "rtf",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/xml": "xml",
    "application/json": "json",
    "application/gzip": "gz",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/pgp-signature": "asc",
    "application/pgp-encrypted": "asc",
    "application/pgp-keys": "asc",
    "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m",
    "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s",
    "application/ms-tnef": "dat",
    "application/vnd.ms-tnef": "dat",
    "message/rfc822": "eml",
    "message/global": "eml",
    "image/jpeg": "jpg",
    "image/jpg": "jpg",
    "image/pjpeg": "jpg",
    "image/svg+xml": "svg",
    "image/x-icon": "ico",
    "image/tiff": "tif",
    "audio/mpeg": "mp3",
    "audio/x-wav": "wav",
    "video/quicktime": "mov",
}
_PLAIN_SUBTYPE = re.compile(r"(?:image|audio|video)/([a-z0-9]{2,5})$")
_TYPES = {extension: media for media, extension in reversed(_EXTENSIONS.items())} | {
    "png": "image/png",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "bmp": "image/bmp",
    "htm": "text/html",
    "log": "text/plain",
    "eml": "message/rfc822",
}


def safe_name(name: str) -> str:
    """Reduce a name to one file in one directory, visible as it is; "" where nothing is left of it."""
    name = _UNSEEN.sub("", _BLANK.sub(" ", name[:4_000]))
    name = name.rstrip("/\\ ")
    if _PATH.match(name):
        name = name.replace("\\", "/").rpartition("/")[2]
    name = name.replace("/", "_").replace("\\", "_")
    name = _FORBIDDEN.sub("_", name).strip(" .")
    if _RESERVED.match(name):
        name = "_" + name
    return _shorten(name)


def made_up_name(kind: str, number: int) -> str:
    """Name the attachment `number` (from 1) of a media type when the mail gives it no name."""
    stem = kind.partition("/")[0] if kind.startswith(("image/", "audio/", "video/")) else "attachment"
    return f"{stem}-{number}.{extension_for(kind)}"


def extension_for(kind: str) -> str:
    if known := _EXTENSIONS.get(kind):
        return known
    match = _PLAIN_SUBTYPE.match(kind)
    return match[1] if match else "txt" if kind.startswith("text/") else "bin"


def type_for(name: str) -> str:
    """Guess the media type by the name's extension, for containers that do not say it."""
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def _shorten(name: str) -> str:
    if len(name) <= _LONGEST and len(name.encode()) <= _MOST_OCTETS:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension.encode()) > 20:
        stem, dot, extension = name, "", ""
    room = _MOST_OCTETS - len(extension.encode()) - 1
    stem = stem[: _LONGEST - len(extension) - 1].encode()[:room].decode("utf-8", "ignore")
    return f"{stem.rstrip(' .')}{dot}{extension}"
