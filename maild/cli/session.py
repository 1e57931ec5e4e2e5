"""What every command is given: the settings it was told to use, and the database they name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from maild.cli.failing import UNSOUND_SETTINGS, Failure

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from maild.settings import Loaded, Settings
    from maild.store import Store


class Session:
    """Reads settings once, when a command first needs them."""

    def __init__(self, config: Path | None) -> None:
        self._config = config

    @cached_property
    def loaded(self) -> Loaded:
        """The settings with everything that is wrong about them."""
        from maild.settings import load

        return load(self._config)

    @property
    def settings(self) -> Settings:
        """Sound settings; without them the command ends here."""
        from maild.problem import errors, render

        if self.loaded.settings is None:
            raise Failure(render(errors(self.loaded.problems)), code=UNSOUND_SETTINGS)
        return self.loaded.settings

    @cached_property
    def zone(self) -> ZoneInfo:
        """The desk's own time zone, in which everything it writes tells the time: that of the rulebook, if it has one.

        The sample rulebook's is nobody's, so that without one of one's own the settings say it.
        """
        from maild.daemon.rulebook import is_own, load_rulebook
        from maild.rulebook.model import Rulebook

        found = load_rulebook(self.settings) if is_own(self.settings) else None
        return found.zone if isinstance(found, Rulebook) else self.settings.desk.zone

    @contextmanager
    def store(self) -> Iterator[Store | None]:
        """Open the database; None where the daemon has not made it yet, for looking alone makes none."""
        url = self.settings.database.url.get_secret_value()
        if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
            yield None
            return
        from maild.store import open_store

        store = open_store(url)
        try:
            yield store
        finally:
            store.close()
