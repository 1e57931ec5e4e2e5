"""What the desk already knows: articles of steps that a person can follow, found by words and error codes.

article.py   one article, and every mistake its writer made        library.py   all of them, and the search over them
"""

from maild.knowledge.article import Article, read_article
from maild.knowledge.library import EMPTY, Hit, Library, Source, read_library

__all__ = ["EMPTY", "Article", "Hit", "Library", "Source", "read_article", "read_library"]
