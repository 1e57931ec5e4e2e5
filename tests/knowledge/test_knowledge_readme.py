"""The README tells the truth about articles: its example is sound, and it names what comes with maild."""

import re
from pathlib import Path

from maild.knowledge import Article, read_article

REPOSITORY = Path(__file__).parents[2]
SECTION = re.search(r"^## Knowledge\n(.*?)^## ", (REPOSITORY / "README.md").read_text(), re.DOTALL | re.MULTILINE)[1]


def test_the_example_is_an_article_without_a_mistake():
    example = re.search(r"```markdown\n(.*?)```", SECTION, re.DOTALL)[1]
    article = read_article(example, "README.md", "lift", "en")
    assert isinstance(article, Article)
    assert len(article.steps) == 2


def test_it_says_how_many_articles_come_with_maild():
    assert "Fifteen articles in both languages" in SECTION
    assert len(list((REPOSITORY / "knowledge" / "en").glob("*.md"))) == 15
