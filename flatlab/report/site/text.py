"""Markdown, formulas, code and docstrings as HTML, made when the site is built; nothing is left to the browser."""

import inspect
import re
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from typing import NamedTuple
from urllib.parse import urlsplit

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

PIECES = re.compile(r"\$(?P<formula>[^$]+)\$|``(?P<literal>[^`]+)``|`(?P<code>[^`]+)`")
ROLE = re.compile(r":\w+:`~?([^`]+)`")
# the converter leaves these as they are after \\Bigl and its like
FENCES = {"lVert": "‖", "rVert": "‖", "|": "‖", "lvert": "|", "rvert": "|", "lbrace": "{", "rbrace": "}"}
FENCES |= {"{": "{", "}": "}", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉"}
FENCE = re.compile(r"(<mo[^>]*>)\\(\w+|[|{}])(</mo>)")
TIGHT = re.compile(r"<mo(?: stretchy=\"false\")?>(&#x0007C;|&#x02016;|&#x0002F;)</mo>")  # | ‖ /
NAMED = re.compile(r"<m([io])>([a-zA-Z]{2,})</m\1>(?=(<mo[^>]*>&#x00028;)?)")
LONG = 30  # characters of a formula in a line that may be too wide for a phone
UNCHANGED = re.compile(r"<(mi|mo|mtext|mn)[^>]*>[^<]*(\\|&#x0005C;)")  # a command that the converter did not know


class Heading(NamedTuple):
    """A heading of a page: its level, its text, as it is written and as HTML without links, and its anchor."""

    level: int
    written: str
    title: Markup
    anchor: str


class Page(NamedTuple):
    """A rendered page, its headings, and its title as plain text."""

    html: Markup
    headings: tuple[Heading, ...]
    title: str


@cache
def formula(latex: str, display: bool = False) -> Markup:
    """Return a formula in LaTeX as MathML; refuse one that cannot be converted whole."""
    latex = " ".join(latex.split())
    try:
        mathml = convert(latex, display="block" if display else "inline")
    except Exception as error:  # the converter raises whatever a formula leads it to
        raise ValueError(f"formula must be LaTeX that can be shown, got {latex!r}: {error!r}") from error
    mathml = FENCE.sub(lambda found: f"{found[1]}{FENCES.get(found[2], found[0])}{found[3]}", mathml)
    if UNCHANGED.search(mathml):
        raise ValueError(f"formula must be LaTeX that can be shown, got {latex!r}, of which a command is unknown")
    mathml = NAMED.sub(_named, TIGHT.sub(r'<mo stretchy="false" lspace="0" rspace="0">\1</mo>', mathml))
    mathml = mathml.replace("<math ", f'<math alttext="{escape(latex)}" ', 1)
    if display or len(latex) > LONG:
        return Markup(f'<span class="{"formula" if display else "long"}">{mathml}</span>')
    return Markup(mathml)


def _named(found):
    """Return the name of a function with a thin space before it, and after it where no bracket follows."""
    begins = found.string[: found.start()].endswith(("<mrow>", "&#x00028;</mo>"))
    before, after = "0" if begins else "0.167em", "0" if found[3] else "0.167em"
    return f'<mo lspace="{before}" rspace="{after}">{found[2]}</mo>'


@cache
def inline(text: str) -> Markup:
    """Return a sentence with formulas between dollars and code between backticks."""
    parts, end = [], 0
    for found in PIECES.finditer(text):
        parts.append(escape(text[end : found.start()]))
        code = found["literal"] or found["code"]
        parts.append(formula(found["formula"]) if found["formula"] else f"<code>{escape(code)}</code>")
        end = found.end()
    return Markup("".join([*parts, escape(text[end:])]))


def plain_text(text: str) -> str:
    """Return a sentence without its marks, for titles and alternative texts."""
    return " ".join(re.sub(r"[$`\\{}]", "", text).split())


@cache
def code(source: str, language: str = "python") -> Markup:
    """Return a program with its words marked."""
    try:
        lexer = get_lexer_by_name(language or "text")
    except ClassNotFound:
        lexer = get_lexer_by_name("text")
    return Markup(f'<pre class="code"><code>{highlight(source, lexer, HtmlFormatter(nowrap=True))}</code></pre>')


def slug(title: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def page(
    source: str,
    resolve: Callable[[str], str | None],
    *,
    names: Callable[[str], str | None] = lambda _: None,
    below: Mapping[str, Markup] | None = None,
) -> Page:
    """Return a page of Markdown.

    Parameters
    ----------
    source : str
    resolve : callable
        From a relative target to where it lies in the site; None makes plain text of the link.
    names : callable
        From the text of a piece of code to the address of the page about it, or None.
    below : mapping
        What is put below the heading with a given text.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(dollarmath_plugin, allow_space=False, double_inline=True)
    tokens = parser.parse(source)
    headings: list[Heading] = []
    out: list[Token] = []
    for k, token in enumerate(tokens):
        if token.type == "heading_open":
            title = tokens[k + 1].content
            anchor = _free(slug(title), {heading.anchor for heading in headings})
            token.attrSet("id", anchor)
            headings.append(Heading(int(token.tag[1]), title, inline(title), anchor))
        if token.children:
            token.children = _linked(token.children, resolve, names)
        out.append(token)
        if token.type == "heading_close" and below and tokens[k - 1].content in below:
            out.append(_html(below[tokens[k - 1].content]))
    _add_rules(parser)
    html = Markup(parser.renderer.render(out, parser.options, {}))
    return Page(html, tuple(headings), plain_text(tokens[1].content) if headings else "")


def docstring(text: str | None) -> Markup:
    """Return a docstring in the style of numpy: paragraphs, sections, lists of parameters, tables kept as they are."""
    blocks = re.split(r"\n\s*\n", inspect.cleandoc(text or ""))
    parts = []
    for block in blocks:
        lines = block.split("\n")
        if len(lines) > 1 and re.fullmatch(r"-{3,}", lines[1].strip()):
            parts.append(f"<p class='section'>{escape(lines[0])}</p>")
            lines = lines[2:]
        if not lines:
            continue
        verbatim = block.startswith((">>>", "===")) or all(line.startswith("    ") for line in lines)
        parts.append(str(code("\n".join(lines))) if verbatim else _paragraphs(lines))
    return Markup("".join(parts))


def _paragraphs(lines):
    """Return a block of a docstring; a line ``name : meaning`` begins an entry."""
    html, entries = [], []
    for line in lines:
        field = re.match(r"([\w, `*]+?) : (.*)", line) or re.fullmatch(r"(\w+)()", line if len(lines) > 1 else "")
        if field and not line.startswith(" "):
            entries.append([field[1], field[2]])
        elif entries:
            entries[-1][1] += " " + line.strip()
        else:
            html.append(line)
    listed = "".join(f"<dt><code>{escape(name)}</code></dt><dd>{_words(text)}</dd>" for name, text in entries)
    told = f"<p>{_words(' '.join(html))}</p>" if html else ""
    return told + (f"<dl class='fields'>{listed}</dl>" if listed else "")


def _words(text):
    return inline(ROLE.sub(r"``\1``", text))


def _linked(children, resolve, names):
    """Return the parts of a line with relative links led to where they lie in the site."""
    out, kept = [], []
    for token in children:
        if token.type == "link_open":
            target = str(token.attrGet("href"))
            there = target if urlsplit(target).scheme else resolve(target)
            kept.append(there is not None)
            if there is None:
                continue
            token.attrSet("href", there)
        elif token.type == "link_close":
            if not kept.pop():
                continue
        elif token.type == "image":
            token.attrSet("src", resolve(str(token.attrGet("src"))) or "")
        elif token.type == "code_inline" and not any(kept) and (there := names(token.content)) is not None:
            out.append(_html(Markup('<a href="{}"><code>{}</code></a>').format(there, token.content)))
            continue
        out.append(token)
    return out


def _html(html):
    return Token("html_inline", "", 0, content=str(html))


def _free(anchor, taken):
    if anchor not in taken:
        return anchor
    return next(name for k in range(1, 1000) if (name := f"{anchor}-{k}") not in taken)


def _add_rules(parser):
    rules = parser.renderer.rules
    rules["math_inline"] = lambda tokens, k, *_: formula(tokens[k].content)
    rules["math_inline_double"] = lambda tokens, k, *_: formula(tokens[k].content, True)
    rules["math_block"] = lambda tokens, k, *_: f"<p>{formula(tokens[k].content, True)}</p>\n"
    rules["table_open"] = lambda *_: '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>'
    rules["table_close"] = lambda *_: "</table></div>"
    rules["fence"] = lambda tokens, k, *_: code(tokens[k].content, tokens[k].info.strip())
