"""Syntax highlighting with Pygments, by its short class names."""

from functools import cache
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

FORMATTER = HtmlFormatter(nowrap=True)

# Languages that IPython and Pygments name differently.
ALIASES = {"ipython": "ipython3", "ipython3": "python3"}


def html(source: str, language: str) -> str:
    """A `pre` element whose text is the source."""
    lexer = lexer_of(language)
    marked = highlight(source, lexer, FORMATTER) if lexer else escape(source)
    if not source.endswith("\n"):
        marked = marked.removesuffix("\n")  # added by Pygments
    named = f' data-language="{escape(language)}"' if language else ""
    return f'<pre class="code"><code{named}>{marked}</code></pre>'


@cache
def lexer_of(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(ALIASES.get(language, language), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
