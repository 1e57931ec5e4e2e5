"""Tells the service manager how we are: sd_notify(3), without its library."""

from __future__ import annotations

import socket


class Notifier:
    """Speaks to the socket that systemd named; says nothing where there is none, and never fails."""

    def __init__(self, address: str) -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address

    def ready(self) -> None:
        self._tell("READY=1")

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    def alive(self) -> None:
        """Feed the watchdog."""
        self._tell("WATCHDOG=1")

    def status(self, sentence: str) -> None:
        """Say in one line what we are doing, for `systemctl status`."""
        self._tell("STATUS=" + " ".join(sentence.split()))

    def _tell(self, message: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
                manager.settimeout(1.0)
                manager.sendto(message.encode(), self._address)
        except OSError:
            pass
