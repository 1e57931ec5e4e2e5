"""What an agent orders by mail: the grammar of commands, as values that nothing has acted upon yet.

parse    the subject an agent added to and the leading lines he wrote become Commands
verbs    every verb with its synonyms in English and Chinese, and what it takes
values   a word becomes the one value it can mean, or a refusal with what was perhaps meant
moments  "fri", "3 days", 明天 become a moment
phone    what a phone makes of a line is taken back
"""

from maild.desk.commands.parse import parse
from maild.desk.commands.subject import added
from maild.desk.commands.values import Vocabulary
from maild.desk.commands.words import Command, Commands, Refusal

__all__ = ["Command", "Commands", "Refusal", "Vocabulary", "added", "parse"]
