"""Blank labelling sheets: the provisions of a version, with the rules of labelling as comments."""

from __future__ import annotations

import random
import textwrap

from clauseproof.documents import Version
from clauseproof.evaluation.labelling.sheets import SeenPractice, Sheet, SheetDocument, SheetProvision
from clauseproof.knowledge import KnowledgeBase
from clauseproof.plaintext import visible
from clauseproof.reading import ReadDocument, ReadProvision

HEAD = """\
# LABELLING SHEET. Write your name after `labeller:`, read the whole document, then fill in the lists.
# Label by reading, alone, and before you see what a program or another labeller makes of the text. Leave
# numbers, offsets and texts as they are. Ids of practices, disclosures and jurisdictions stand at the end.
# A layer you do not label stays empty: []. Check and hand in: clauseproof eval label import FILE --out FOLDER
#
# Evidence is copied character for character (line breaks do not matter): the shortest run of words that
# shows the label, at most two sentences, from the provision's `text`, else from its `lead`. Put it under
# `>-`, indented, as the texts are: then quotation marks, colons and # do no harm.
#
# practices: of EVERY provision; [] where it carries none. Label what the words do, not the heading. Several
#   labels are fine where the provision's own words carry each; a subject mentioned in passing is no label.
#   positive: it is done, the right is there; negative: it is not; conditional: depends on plan, region,
#   setting or consent. `sure: false` where you doubt. `proposed: true` marks a program's proposal: delete
#   the mark and give evidence to confirm it, or delete the entry. `unlabelled: true` marks a provision that
#   is there to be read only.
#     practices:
#     - id: ai-training
#       polarity: conditional
#       evidence: >-
#         unless you turn off the setting, conversations help our systems learn
#       sure: false
#
# absences: disclosures a careful reader would look for, each tied to a practice. Read everything for each.
#   Outcomes: stated-for-this-practice | stated-in-general-only (said, but not of this practice) |
#   referred-elsewhere (another document is named for it) | not-found-in-archived-text | cannot-tell.
#     - disclosure: training-opt-out
#       topic: ai-training
#       outcome: not-found-in-archived-text
#       evidence: null          # words of one provision for every other outcome
#
# analyses: the practices that matter most in this document, in force today, for the markets its text shows.
#   required: 1 to 4 citations an analysis must name; acceptable: others a careful lawyer can name (gdpr:* is
#   the whole instrument); wrong: ones it must not. `clauseproof regulations list` prints the instruments,
#   `clauseproof regulations show gdpr` their citations. level: lowest and highest exposure you would defend,
#   of Low, Medium, High, Critical. vendor_points: what a procurement reader must see; a sentence covers a
#   point if it holds one alternative (stem, lower case) of every group.
#     - practice: ai-training
#       required: [gdpr:6, gdpr:13]
#       acceptable: [gdpr:*]
#       wrong: [hipaa:*]
#       jurisdictions: [EU, UK]
#       level: [Medium, High]
#       points: {S: 1, U: 3, C: 1, T: 1, V: 0, X: 1, R: 0, B: 2, A: 2, M: 0}  # may be left out
#       vendor_points:
#       - point: Training on inputs is on unless switched off.
#         words: [[train, learn], [opt, setting, switch]]
#
# questions: as a reader would ask, not in the document's words; numbers of every provision that answers.
#     - question: Can I keep my chats out of training?
#       provisions: [12, 13]
#
# quotes: at least six words each, about half to reject. accept: verbatim but for white space, typographic
#   marks, a bracketed first letter, or an elision "..." that hides nothing that matters. reject: a changed
#   number, negation, modal or party, a lost condition or exception, a paraphrase, an invention.
#     - quote: conversations help our systems learn and will be sold
#       expected: reject
#       why: the sale is invented

"""


def make_sheet(read: ReadDocument, *, proposals: bool = False, sample: int | None = None) -> Sheet:
    """Return a blank sheet of a version.

    Args:
        read: The version, read.
        proposals: Whether the classifier's practices stand in it, marked as proposals.
        sample: Ask for the practices of this many provisions, drawn by the version's hash as seed; of all
            where left out.
    """
    version = read.version
    positions = range(len(read.provisions))
    if sample is not None and sample < len(positions):
        positions = random.Random(version.sha256).sample(positions, sample)  # type: ignore[assignment]
    asked = frozenset(positions)
    return Sheet(
        format=1,
        document=SheetDocument(
            archive=version.archive,
            service=version.service,
            document=version.document,
            version_id=version.version_id,
            date=version.date,
            sha256=version.sha256,
        ),
        provisions=tuple(
            _provision(at + 1, one, version, proposals, at in asked) for at, one in enumerate(read.provisions)
        ),
    )


def _provision(
    number: int, one: ReadProvision, version: Version, proposals: bool, asked: bool
) -> SheetProvision:
    # A proposal comes without evidence: whoever confirms it has to find the words.
    labels = one.labels if proposals and asked else ()
    span = one.provision.span
    return SheetProvision(
        number=number,
        start=span.start,
        end=span.end,
        heading=" > ".join(one.provision.heading_path),
        lead=one.lead,
        text=visible(version.text, span),
        practices=tuple(SeenPractice(id=one.id, polarity=one.polarity, proposed=True) for one in labels),
        unlabelled=not asked,
    )


def glossary(knowledge: KnowledgeBase) -> str:
    """Return the ids a labeller chooses from, as comments."""
    lines = ["", "# PRACTICES, each with what it covers and the disclosures looked for beside it"]
    for one in knowledge.practices.values():
        lines += _wrap(f"{one.id}: {one.definition}", "# ")
        lines += _wrap(f"disclosures: {', '.join(one.disclosures)}", "#     ") if one.disclosures else []
    lines += ["#", "# DISCLOSURES"]
    lines += [f"# {one.id}: {one.title}" for one in knowledge.disclosures.values()]
    lines += ["#", "# JURISDICTIONS"]
    lines += _wrap(", ".join(knowledge.jurisdictions), "# ")
    return "\n".join(lines) + "\n"


def _wrap(text: str, mark: str) -> list[str]:
    return textwrap.wrap(
        text, 110, initial_indent=mark, subsequent_indent=f"{mark}    ", break_on_hyphens=False
    )
