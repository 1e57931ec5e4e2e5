"""All articles, and the search over them: BM25 over fields (Robertson, Zaragoza 2009), error codes exactly."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from maild.desk.terms import terms
from maild.knowledge.article import Article, read_article
from maild.problem import Problem, in_file_order

K1 = 1.2
"""How soon it no longer matters that a word stands there once more."""
B = 0.4
"""How much a long article has to bring more than a short one."""
TITLE, KEYWORDS, TEXT = 3.0, 4.0, 0.7
"""What a word counts in each field."""
CODE = 12.0
"""What an error code adds, beside which words hardly matter."""
PHRASE = 3.0
"""What a keyword adds that is in the question as a whole."""
USUAL_PAGES = 30
LONGEST_QUESTION = 400
"""Terms that are looked at; nobody describes a problem beyond them."""
FALLBACK = "en"
_CALLED_A_CODE = frozenset(terms("error errors code 错误 代码 报错 错误码 提示"))
"""Without one of these, a plain number is as well a room or an extension."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that a search found."""

    article: Article
    score: float
    sure: bool
    """An error code or a keyword as a whole says so, not a word here and there."""


@dataclass(frozen=True, slots=True)
class Source:
    """The text of an article and where it comes from."""

    path: str
    """LANGUAGE/NAME.md"""
    file: str
    """What it is called in problems."""
    text: str


@dataclass(frozen=True, slots=True)
class _Page:
    """An article made ready for the search."""

    name: str
    weights: Mapping[str, float]
    phrases: tuple[frozenset[str], ...]
    codes: frozenset[str]

    @property
    def length(self) -> float:
        return sum(self.weights.values())


@dataclass(frozen=True, slots=True)
class _Sign:
    """A keyword that a question holds as a whole, or an error code."""

    page: int
    terms: frozenset[str]
    score: float


@dataclass(frozen=True, slots=True)
class _Index:
    """Which pages a term speaks for, reckoned out beforehand, so that a question meets no page it says nothing of."""

    names: tuple[str, ...] = ()
    """Of the pages' articles."""
    terms: Mapping[str, tuple[tuple[int, float], ...]] = field(default_factory=dict)
    """For each term the pages that hold it, with what it counts there."""
    phrases: Mapping[str, tuple[_Sign, ...]] = field(default_factory=dict)
    """Keywords, by one of their terms."""
    codes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, pages: Sequence[_Page]) -> _Index:
        holding = Counter(term for page in pages for term in page.weights)
        rarity = {term: _scarcity(n, len(pages)) for term, n in holding.items()}
        usual = sum(page.length for page in pages) / len(pages) if pages else 1.0
        highest = _scarcity(1, len(pages))
        found: dict[str, list[tuple[int, float]]] = {}
        phrases: dict[str, list[_Sign]] = {}
        codes: dict[str, list[int]] = {}
        for number, page in enumerate(pages):
            norm = K1 * (1 - B + B * page.length / usual)
            for term, weight in page.weights.items():
                found.setdefault(term, []).append((number, rarity[term] * weight * (K1 + 1) / (weight + norm)))
            for phrase in filter(None, page.phrases):
                rarest = max(phrase, key=lambda term: (rarity[term], term))
                score = PHRASE * rarity[rarest] / highest * min(2, len(phrase))
                phrases.setdefault(rarest, []).append(_Sign(number, phrase, score))
            for code in page.codes:
                codes.setdefault(code, []).append(number)
        return cls(tuple(page.name for page in pages), *map(_frozen, (found, phrases, codes)))

    def scores(self, words: Mapping[str, int]) -> dict[int, tuple[float, bool]]:
        """Give the score of each page that a question speaks for, and whether a code or a whole keyword says so."""
        scores: dict[int, float] = {}
        signs: dict[int, list[float]] = {}
        coded = bool(_CALLED_A_CODE & words.keys())
        for term, times in words.items():
            for page, score in self.terms.get(term, ()):
                scores[page] = scores.get(page, 0.0) + (score if times == 1 else 2 * score)
            for sign in self.phrases.get(term, ()):
                if sign.terms <= words.keys():
                    signs.setdefault(sign.page, []).append(sign.score)
            if coded or not term.isdigit():
                for page in self.codes.get(term, ()):
                    scores[page] += CODE
                    signs.setdefault(page, [])
        for page, found in signs.items():
            scores[page] += sum(sorted(found, reverse=True)[:2])
        return {page: (score, page in signs) for page, score in scores.items()}


def _frozen(lists: Mapping[str, Sequence[Any]]) -> dict[str, tuple[Any, ...]]:
    return {term: tuple(items) for term, items in lists.items()}


@dataclass(frozen=True)
class Library:
    """Articles by name and language; one that has no translation is given in English."""

    articles: Mapping[tuple[str, str], Article] = field(default_factory=dict)
    _index: _Index = _Index()

    @classmethod
    def of(cls, articles: Iterable[Article]) -> Library:
        by_name = {(one.name, one.language): one for one in articles}
        return cls(by_name, _Index.of([_page(one) for one in by_name.values()]))

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.articles)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted({language for _, language in self.articles}))

    def article(self, name: str, language: str) -> Article | None:
        """Give an article in a language, in the one it is a form of, in English, or in any."""
        for spoken in (language, language.partition("-")[0], FALLBACK, *self.languages):
            if (name, spoken) in self.articles:
                return self.articles[name, spoken]
        return None

    def search(self, question: str, language: str = FALLBACK, limit: int = 3, subject: str = "") -> list[Hit]:
        """Find the articles that fit a question best; in whichever language it is asked, they come in `language`.

        Args:
            subject: of a mail; its words count once more.
        """
        asked = terms(subject)
        words = Counter([*asked, *asked, *terms(question)][:LONGEST_QUESTION])
        best: dict[str, tuple[float, bool]] = {}
        for page, (score, sure) in self._index.scores(words).items():
            name = self._index.names[page]
            was = best.get(name, (0.0, False))
            best[name] = (max(score, was[0]), sure or was[1])
        found = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:limit]
        return [Hit(self.article(name, language), score, sure) for name, (score, sure) in found]


def _scarcity(holding: int, pages: int) -> float:
    """Weigh a term by how few pages hold it; in a small library as if it were one of a usual size."""
    return math.log(1 + (max(pages, USUAL_PAGES) - holding + 0.5) / (holding + 0.5))


EMPTY = Library()


@dataclass(frozen=True, slots=True)
class Read:
    """What a folder of articles holds: the sound ones, and every problem of the others."""

    library: Library
    problems: tuple[Problem, ...]


def read_library(sources: Sequence[Source]) -> Read:
    """Read articles; those with a mistake are left out of the library and told of in file order."""
    articles: list[Article] = []
    problems: list[Problem] = []
    files: dict[tuple[str, str], str] = {}
    for source in sources:
        path = PurePosixPath(source.path)
        found = read_article(source.text, source.file, path.stem, path.parent.name)
        files[path.stem, path.parent.name] = source.file
        if isinstance(found, Article):
            articles.append(found)
        else:
            problems += found
    problems += _untranslated(files)
    return Read(Library.of(articles), tuple(in_file_order(problems)))


def _untranslated(files: Mapping[tuple[str, str], str]) -> Iterable[Problem]:
    """Find articles that people of another language of the desk will not be able to read."""
    languages = sorted({language for _, language in files})
    for (name, language), file in files.items():
        missing = [other for other in languages if (name, other) not in files]
        first = next(other for other in languages if (name, other) in files)
        if missing and language == first:
            what = f"this article is not there in {', '.join(missing)}"
            yield Problem(file, 0, 0, what, hint=f"write {missing[0]}/{name}.md as well", severity="warning")


def _page(article: Article) -> _Page:
    weights: Counter[str] = Counter()
    fields = (
        (TITLE, terms(article.title)),
        (KEYWORDS, dict.fromkeys(term for phrase in article.keywords for term in terms(phrase))),
        (TEXT, terms(" ".join((article.intro, *article.steps, article.closing)))),
    )
    for weight, found in fields:
        for term in found:
            weights[term] += weight
    codes = frozenset(term for code in article.codes for term in terms(code))
    for code in codes:
        weights[code] = max(weights[code], KEYWORDS)
    phrases = tuple(frozenset(terms(phrase)) for phrase in article.keywords)
    return _Page(article.name, weights, phrases, codes)
