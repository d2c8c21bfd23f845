"""The Markdown report: the same content, and archived words that stay words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from clauseproof.knowledge import KnowledgeBase
from clauseproof.reporting.markdown import EXPORTER, escape
from clauseproof.reporting.wording import clean

from .conftest import Sample
from .pages import Page, fold

HOSTILE = [
    "<script>alert(1)</script>",
    "# not a heading",
    "- not an item",
    "+ nor this",
    "1. nor this",
    "12) nor this",
    "=====",
    "---",
    "> no quote",
    "[link](javascript:alert(1))",
    "![image](http://evil.example/x.png)",
    "[^note]: text",
    "<http://evil.example>",
    "**bold** _under_ ~~struck~~ `code` $math$",
    "a | b | c",
    "&lt;script&gt;",
    "back\\slash \\* star",
    "```\nfence\n```",
    "two\n\nparagraphs\n# heading",
]


_OURS = {"p", "ul", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td"}


def _render(text: str) -> str:
    return str(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text))


def _tokens(text: str) -> list[Token]:
    return [
        token
        for block in MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
        for token in [block, *(block.children or [])]
    ]


@pytest.mark.parametrize("words", HOSTILE)
def test_escaped_words_render_as_they_are(words: str) -> None:
    """Alone on a line, in an item, in a quote and in a table cell."""
    plain = fold(words)
    assert _render(escape(words)).strip() == f"<p>{_render('x' + escape(words)).strip()[4:-4]}</p>"
    for template in ("{}", "- {}", "> {}", "| a |\n|---|\n| {} |"):
        page = Page(_render(template.format(escape(words))))
        assert plain in page.words
        assert {tag for tag, _ in page.elements} <= _OURS


@pytest.mark.parametrize("name", ["poisoned", "genuine"])
def test_every_claim_and_withheld_sentence_is_there(
    name: str, request: pytest.FixtureRequest, knowledge: KnowledgeBase
) -> None:
    """Each sentence of the report stands in the rendered Markdown."""
    sample = request.getfixturevalue(name)
    words = Page(_render(EXPORTER.render(sample.report, sample.texts, knowledge))).words
    for analysis in sample.report.analyses:
        missing = [one.text for one in analysis.iter_claims() if fold(clean(one.text)) not in words]
        assert missing == []
        assert all(fold(clean(one.text)) in words for one in analysis.withheld)


def test_policy_makes_no_markup(poisoned: Sample, knowledge: KnowledgeBase) -> None:
    """A hostile policy adds no tag, image, code or link, and no direction marks."""
    text = EXPORTER.render(poisoned.report, poisoned.texts, knowledge)
    tokens = _tokens(text)
    assert not [one for one in tokens if one.type in ("html_block", "html_inline", "image", "fence", "hr")]
    links = {str(one.attrs["href"]) for one in tokens if one.type == "link_open"}
    assert links == {"https://eur-lex.europa.eu/eli/reg/2016/679/oj"}
    assert not set("\u202e\u202c\x07") & set(text)


def test_headings_come_in_order(poisoned: Sample, knowledge: KnowledgeBase) -> None:
    """One first-level heading, and no level skipped."""
    text = EXPORTER.render(poisoned.report, poisoned.texts, knowledge)
    levels = [int(one.tag[1]) for one in _tokens(text) if one.type == "heading_open"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_quotations_are_block_quotes_with_their_offsets(poisoned: Sample, knowledge: KnowledgeBase) -> None:
    """The register gives every quotation its number and place."""
    text = EXPORTER.render(poisoned.report, poisoned.texts, knowledge)
    excerpt = poisoned.report.analyses[0].excerpt
    assert excerpt
    assert f"characters {excerpt.start}–{excerpt.end}" in text
    assert "\n**Q5** · " in text
