"""Read an agent's mail: commands in what was added to the subject and in the leading lines; the rest is for people."""

from __future__ import annotations

import re

from maild.desk.commands.phone import plain, visible
from maild.desk.commands.values import LABELS, Vocabulary, read, verbs_like
from maild.desk.commands.verbs import CHINESE, ENGLISH, Verb, find, find_chinese
from maild.desk.commands.words import Command, Commands, Refusal

_HAN = "\u3400-\u9fff"
_COMMAND = re.compile(rf"/ ?([a-z]+|[{_HAN}]+)(?=$|[\s:.,;!?=\"']|(?<=[{_HAN}])[^/])", re.IGNORECASE)
_NEXT = re.compile(rf"\s(?=/(?:[a-z]+|[{_HAN}]+)(?:$|[\s:.,;!]))", re.IGNORECASE)
_AFTER_THE_VERB = " :=.,;!"
_SAYS = ("note", "reply", "ask")


def parse(subject: str, text: str, vocabulary: Vocabulary, *, bare: bool = False) -> Commands:
    """Read commands; nothing is executed, and a mail with one refusal is refused as a whole by who acts on it.

    Args:
        subject: what the agent added to the subject (see `added`).
        text: what he wrote himself, without quotes and signature; "" where that cannot be told.
        bare: the added words are all that stands beside the tag, so that a verb needs no slash.
    """
    found: list[Command | Refusal] = _of_subject(plain(visible(subject)), vocabulary, bare)
    lines = text.split("\n")
    while lines:
        line = visible(lines[0])
        if not line.strip():
            lines.pop(0)
            continue
        read_line = _of_line(line, vocabulary)
        if read_line is None:
            break
        found += read_line
        lines.pop(0)
    found += _below(lines, vocabulary) or ([] if found else _bare(lines))
    return _sorted(found, "\n".join(lines).strip())


def _bare(lines: list[str]) -> list[Refusal]:
    """Ask back where a whole mail is one verb without its slash: it may be an order, and hardly is an answer."""
    word = visible(" ".join(lines)).strip().rstrip(".!。！ ")
    if word.casefold() not in ENGLISH and word not in CHINESE:
        return []
    return [Refusal(word, "bare_verb", word, suggestions=(f"/{word}", f"/reply {word}"))]


def _below(lines: list[str], vocabulary: Vocabulary) -> list[Command | Refusal]:
    """Refuse a line below the text that is a whole command: people shall not get it, nor shall it be lost."""
    for line in lines:
        match = _COMMAND.match(plain(visible(line)).strip())
        verb = None
        if match:
            chinese = find_chinese(match[1])
            verb = ENGLISH.get(match[1].casefold()) or (chinese[0] if chinese else None)
        if verb is None or (verb.takes == "text" and not verb.optional):
            continue
        read_line = _of_line(visible(line).strip(), vocabulary) or []
        bare = verb.takes != "text" or all(isinstance(each, Command) and not each.value for each in read_line)
        if bare and read_line and all(isinstance(each, Command) for each in read_line):
            return [Refusal(line.strip(), "not_on_top", verb=verb.name)]
    return []


def _of_subject(subject: str, vocabulary: Vocabulary, bare: bool) -> list[Command | Refusal]:
    start = next(
        (m.start() for m in re.finditer(r"(?:^|(?<=\s))/", subject) if _COMMAND.match(subject, m.start())), None
    )
    if start is not None:
        return _of_line(subject[start:], vocabulary) or []
    if not bare:
        return []
    word, _, rest = subject.strip(" .!").partition(" ")
    chinese = find_chinese(word)
    verb = ENGLISH.get(word.casefold().rstrip(":.,!")) or (chinese[0] if chinese else None)
    if verb is None or (verb.takes == "text" and verb.name not in ("note", "help")):
        return []
    said = f"{chinese[1]} {rest}" if chinese else rest
    if verb.takes == "text" and said.strip():
        return []
    result = read(verb, subject, said, vocabulary)
    return [result] if isinstance(result, Command) else []


def _of_line(line: str, vocabulary: Vocabulary) -> list[Command | Refusal] | None:
    """Read one line, or say None where it is no command but the beginning of what the agent has to say."""
    start = len(line) - len(line.lstrip())
    same = plain(line)
    if not _COMMAND.match(same, start):
        return None
    found: list[Command | Refusal] = []
    while start < len(line):
        match = _COMMAND.match(same, start)
        if match is None:
            break
        verb, after = _verb_at(same, match)
        label = isinstance(verb, Verb) and verb.name in LABELS
        following = [each for each in _NEXT.finditer(same, match.end()) if not label or _is_a_verb(same, each)]
        whole = isinstance(verb, Verb) and verb.takes == "text" and not label
        end = following[0].start() if following and not whole else len(line)
        written = line[start:end].strip()
        if isinstance(verb, Verb):
            while after < end and same[after] in _AFTER_THE_VERB:
                after += 1
            found.append(read(verb, written, line[after:end], vocabulary))
        else:
            found.append(Refusal(written, verb.why, verb.word, suggestions=verb.suggestions))
        start = end
        while start < len(line) and same[start] == " ":
            start += 1
    return found


def _is_a_verb(same: str, following: re.Match[str]) -> bool:
    """Tell whether a whole verb stands here, so that even a text which may hold a slash ends before it."""
    match = _COMMAND.match(same, following.end())
    return match is not None and (match[1].casefold() in ENGLISH or find_chinese(match[1]) is not None)


def _verb_at(same: str, match: re.Match[str]) -> tuple[Verb | Refusal, int]:
    """Give the verb and where what it takes begins; a Refusal where it is none or several."""
    word = match[1]
    if re.match(rf"[{_HAN}]", word):
        chinese = find_chinese(word)
        if chinese is None:
            return Refusal("", "unknown_verb", word, suggestions=("/帮助",)), match.end()
        return chinese[0], match.end() - len(chinese[1])
    verbs = find(word.casefold())
    if len(verbs) == 1:
        return verbs[0], match.end()
    if verbs:
        return Refusal("", "ambiguous_verb", word, suggestions=tuple(f"/{v.name}" for v in verbs)), match.end()
    return Refusal("", "unknown_verb", word, suggestions=verbs_like(word)), match.end()


def _sorted(found: list[Command | Refusal], rest: str) -> Commands:
    """Put words where they belong: what stands below the commands goes where the last of /note, /reply, /ask says."""
    commands: list[Command] = []
    refusals = [each for each in found if isinstance(each, Refusal)]
    said = {"reply": [], "note": []}
    last = "reply"
    for command in found:
        if isinstance(command, Command):
            if command.verb in _SAYS:
                last = "note" if command.verb == "note" else "reply"
                said[last].append(command.value)
                command = Command(command.verb)
            if command not in commands:
                commands.append(command)
    said[last].append(rest)
    reply, note = ("\n\n".join(part for part in said[kind] if part) for kind in ("reply", "note"))
    refusals += _contradictions(commands)
    return Commands(tuple(commands), tuple(refusals), reply, note)


_ONCE = (
    "assign", "queue", "priority", "impact", "urgency", "category", "status", "wait", "due", "subject", "canned",
    "cause", "knowledge",
)  # fmt: skip
_STATES = ("resolve", "close", "reopen", "wait", "status")


def _contradictions(commands: list[Command]) -> list[Refusal]:
    """Refuse a mail that orders one thing in two ways: which one is meant is not for us to guess."""
    refusals = []
    for verb in _ONCE:
        same = [command for command in commands if command.verb == verb]
        if len(same) > 1:
            refusals.append(Refusal(str(same[1]), "twice", verb=verb, suggestions=tuple(str(c) for c in same)))
    states = [command for command in commands if command.verb in _STATES]
    if len({command.verb for command in states}) > 1:
        refusals.append(
            Refusal(str(states[1]), "twice", verb=states[1].verb, suggestions=tuple(str(c) for c in states))
        )
    takers = [command for command in commands if command.verb in ("take", "assign")]
    if len({command.verb for command in takers}) > 1:
        refusals.append(Refusal(str(takers[1]), "twice", verb="assign", suggestions=tuple(str(c) for c in takers)))
    return refusals
