"""Drafts of articles as files: written whole before the database commits, and under their name only when it has."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from maild.desk.drafted import DraftArticle, Shelved

HALF = ".part"
"""Ends the name of a draft that is not whole, or whose mail was not carried through."""
_MOST = 100


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of drafts, one folder for each language in it."""

    folder: Path

    def put(self, draft: DraftArticle) -> tuple[Shelved, Callable[[], None], Callable[[], None]]:
        """Write a draft under a name that nothing has, so that only its last name is still missing.

        Returns:
            Where it will lie, or why it cannot; what gives it its name; what takes it away again. Neither raises.
        """
        folder = self.folder / draft.language
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for number in range(1, _MOST):
                path = folder / (f"{draft.name}.md" if number == 1 else f"{draft.name}-{number}.md")
                half = path.with_name(path.name + HALF)
                if not path.exists() and _written(half, draft.text):
                    return Shelved(self._shown(path)), partial(_keep, half, path), partial(_discard, half)
        except OSError as error:
            return Shelved(trouble=f"{self._shown(folder)}: {error.strerror or error}"), _nothing, _nothing
        return Shelved(trouble=f"{self._shown(folder)}: there are {_MOST} drafts of this name"), _nothing, _nothing

    def _shown(self, path: Path) -> str:
        """Name a place for those who know the desk, not its machine."""
        return str(Path(self.folder.name) / path.relative_to(self.folder))


def _written(half: Path, text: str) -> bool:
    """Write the whole text to the disk; False where there is such a file already."""
    try:
        place = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    except FileExistsError:
        return False
    written_to(place, half, text)
    return True


def written_to(place: int, half: Path, text: str) -> None:
    """Bring a text to the disk through an open file; where that fails, nothing of it is left. Raises OSError."""
    try:
        with os.fdopen(place, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        _discard(half)
        raise


def _keep(half: Path, path: Path) -> None:
    """Give the file its name without taking the place of another; where that fails, it stays as it is for `check`."""
    try:
        os.link(half, path)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        if path.exists():
            return
        _rename(half, path)
    _discard(half)


def _rename(half: Path, path: Path) -> None:
    try:
        half.rename(path)
    except OSError:
        return


def _discard(half: Path) -> None:
    try:
        half.unlink(missing_ok=True)
    except OSError:
        return


def _nothing() -> None:
    """Do nothing, for there is nothing to keep or to take away."""
