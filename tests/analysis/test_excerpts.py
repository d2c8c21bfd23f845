"""The words quoted are a clause that stands alone, or the whole sentence with what governs it."""

from __future__ import annotations

import re

import pytest

from clauseproof.analysis.evidence import Evidence
from clauseproof.analysis.excerpts import Excerpt, choose_excerpt
from clauseproof.knowledge import KnowledgeBase
from clauseproof.pipeline import Analyzer

from .builders import make_evidence, make_knowledge, make_practice

_LEANING = re.compile(r"(?i)(and|or|but|if|when|where|while|unless|except|because|which|that|who|to|for)\b")


def _excerpt(text: str, *, short: bool = True) -> tuple[Excerpt, Evidence]:
    practice = make_practice()
    knowledge = make_knowledge([practice])
    evidence = make_evidence(knowledge, text, practice)
    sentence = evidence.sentence_of(evidence.positions[0])
    return choose_excerpt(evidence, sentence, knowledge.wording, short=short), evidence


LONG = (
    "We keep the account data that you give us when you open an account for as long as your account is open"
    " and for a while after that; we train our models on the content of your chats with the service; and we"
    " also send a letter to the address on file when something important changes in the way we work.\n"
)


class TestShort:
    def test_short_sentence_is_quoted_whole(self) -> None:
        """A sentence that fits is not cut."""
        excerpt, _ = _excerpt("We train our models on chats, as said above.\n")
        assert [quote.text for quote in excerpt.quotes] == ["We train our models on chats, as said above."]

    def test_long_sentence_is_cut_to_its_operative_clause(self) -> None:
        """The clause that shows the practice is quoted, from a whole beginning to a whole end."""
        excerpt, _ = _excerpt(LONG)
        (quote,) = excerpt.quotes
        assert quote.text == "we train our models on the content of your chats with the service"

    def test_long_sentence_is_kept_whole_where_asked(self) -> None:
        """Without the wish for brevity nothing is cut."""
        excerpt, _ = _excerpt(LONG, short=False)
        assert excerpt.quotes[0].text == LONG.strip()

    def test_exception_is_never_cut_off(self) -> None:
        """Words that an exception governs are quoted with it, however long."""
        text = (
            "We train our models on the content of your chats, on the files you upload and on the answers"
            " that you rate in the service and in the apps which belong to it, unless you have switched the"
            " control in your settings off before the chat in question.\n"
        )
        excerpt, _ = _excerpt(text)
        assert "unless you have switched" in " ".join(quote.text for quote in excerpt.quotes)


class TestItems:
    TEXT = "# Notice\n\nWe do not, whoever asks:\n\n- train models on your chats;\n- keep logs.\n"

    def test_item_comes_with_its_lead_in(self) -> None:
        """An item under a negation is quoted whole, after the lead-in that turns it round."""
        excerpt, evidence = _excerpt(self.TEXT)
        assert [quote.text for quote in excerpt.quotes][-1] == "train models on your chats;"
        assert "We do not" in excerpt.quotes[0].text
        whole = excerpt.whole(evidence)
        assert self.TEXT[whole.start : whole.end] == whole.text
        assert whole.text.startswith("We do not")

    def test_display_shows_each_part_apart(self) -> None:
        """Lead-in and item are shown as two quotations, without markup or inner marks."""
        excerpt, _ = _excerpt('# N\n\nWe do not:\n\n- train "models" on **chats**;\n')
        assert excerpt.display() == "We do not:” “train 'models' on chats;"

    def test_row_is_not_cut(self) -> None:
        """A table's row is quoted whole: its last cell decides what the first says."""
        row = "| We train models on " + "the many words of " * 20 + "chats | No |"
        excerpt, _ = _excerpt(f"| What | Done? |\n| --- | --- |\n{row}\n")
        assert "No" in excerpt.quotes[-1].text


@pytest.mark.parametrize("service", ["Brushmoor", "Hirewend", "Quillowen", "Tandelmarkt"])
def test_no_cut_excerpt_leans_on_what_is_not_shown(service: str, analyzer: Analyzer) -> None:
    """Over the sample archive, no clause cut from a sentence begins with a subordinating word."""
    from clauseproof.archive.base import versions_of_service_at
    from clauseproof.archive.folder import FolderArchive
    from clauseproof.pipeline import sample_archive_path

    base: KnowledgeBase = analyzer.knowledge
    archive = FolderArchive("sample", sample_archive_path())
    cut = 0
    for version in versions_of_service_at(archive, service, None, []):
        document = analyzer.read(version)
        for practice in base.practices.values():
            evidence = make_bare_evidence(document, practice.id, base)
            for position in evidence.positions:
                sentence = evidence.sentence_of(position)
                excerpt = choose_excerpt(evidence, sentence, base.wording, short=True)
                for quote in excerpt.quotes:
                    assert version.text[quote.start : quote.end] == quote.text
                if len(excerpt.quotes) == 1 and excerpt.quotes[0] != document.quote(sentence):
                    span = document.provisions[position].provision.span
                    if (excerpt.quotes[0].start, excerpt.quotes[0].end) != (span.start, span.end):
                        cut += 1
                        assert not _LEANING.match(excerpt.quotes[0].text), excerpt.quotes[0].text
    assert cut or service == "Tandelmarkt"


def make_bare_evidence(document: object, practice: str, base: KnowledgeBase) -> Evidence:
    """Return evidence on a read document without facts or searches."""
    from clauseproof.analysis.markets import Markets
    from clauseproof.reading import ReadDocument

    from .builders import DAY

    assert isinstance(document, ReadDocument)
    return Evidence(
        document=document,
        practice=base.practices[practice],
        positions=tuple(document.with_practice(practice)),
        facts=(),
        unstated=(),
        absences=(),
        markets=Markets({}, {}),
        mappings=(),
        at=DAY,
        cannot_score=None,
    )
