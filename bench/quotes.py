"""Measure quote verification on the real archive: what must be accepted, and what must be refused.

    python bench/quotes.py [--archive PATH] [--half dev|test|all] [--cases N] [--seed N] [--out FILE]

Quotations are rendered independently of the program (markdown-it to HTML, lxml to text) and wrapped
anew at random widths; alterations are made on that rendered text. Services are split in two halves by
company group: rules were written looking at `dev`, `test` is for measuring. The texts are read from
git and go nowhere but to standard output and --out. Exit code 1 if any case is wrong.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import tempfile
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from lxml import html as lxml_html  # type: ignore[import-untyped]
from markdown_it import MarkdownIt

from clauseproof.segmentation import split_provisions
from clauseproof.verification.quotes import QuoteChecker

DEFAULT_ARCHIVE = Path(__file__).parents[2] / "shared" / "archives" / "genai-contrib-versions.bundle"
DOCUMENTS = 25
FEWEST_WORDS = 1000
GROUPS = (
    ("chatgpt", "openai", "dall"),
    ("grok", "xai"),
    ("le chat", "mistral", "vibe"),
    ("claude", "anthropic"),
)
BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "tr")
ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|inc|ltd|no|art|sec|vs|co|corp|llc|u\.s|cal|civ|[A-Z])\.)$", re.I
)
DANGER = re.compile(
    r"\b(?:not|no|none|nor|neither|never|cannot|without|nothing|may|might|can|could|will|would|shall|should|must"
    r"|need|needs|required|ought|unless|except\w*|exclud\w*|if|when\w*|where\w*|only|solely|exclusively|provided"
    r"|providing|subject|extent|event|case|cases|long|consent|permission|request|approval|agreement|permitted"
    r"|other|apart|aside|save|but|depending|upon|assuming|insofar|rather|instead|opposed|conditional|contingent"
    r"|prohibit\w*|forbid\w*|refus\w*|refrain\w*|declin\w*|unable|fail\w*|hardly|scarcely|nobody|nowhere"
    r"|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|\w+ty"
    r"|hundred\w*|thousand\w*|million\w*|billion\w*|first|second|third|half|quarter|once|twice|dozen|percent)\b"
    r"|\d|\(\w{1,4}\)|(?:^|\s)-(?:\s|$)|n[’']t\b|[’'](?:ll|d)\b|\.\.|…|%",
    re.IGNORECASE,
)
LIST_PART = re.compile(r"[-–•·●]\s|(?:[a-z]|[ivx]+)\.\s|\(?\w{1,3}\)|\d+(?:\.\d+)+\.?\s")
NEGATING = re.compile(
    r"\b(?:not|no|never|nor|neither|none|nothing|cannot|without|unless|except\w*|prohibit\w*|forbid\w*|refrain\w*"
    r"|other than|exclud\w*|unable|fail\w*|refuse\w*)\b|n[’']t\b",
    re.IGNORECASE,
)
CONDITIONAL = re.compile(
    r"\b(?:if|when\w*|where\w*|only|solely|provided|subject|extent|event|case|long|consent|request|permission"
    r"|depending|direction|permitted|assuming|unless|exclusively|approval|agreement|authoriz\w+)\b",
    re.IGNORECASE,
)
PARTIES = {"we": "you", "you": "we", "us": "third parties", "our": "your", "your": "our"}
MODALS = {"may": "will", "will": "may", "must": "may", "shall": "may", "can": "must"}
SYNONYMS = {
    "access": "reach",
    "account": "profile",
    "agree": "consent",
    "applicable": "relevant",
    "collect": "gather",
    "content": "material",
    "data": "records",
    "delete": "erase",
    "information": "details",
    "laws": "rules",
    "personal": "private",
    "provide": "supply",
    "rights": "entitlements",
    "services": "offerings",
    "share": "provide",
    "terms": "conditions",
    "use": "utilise",
    "users": "customers",
}
STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


@dataclass
class Page:
    """One document as a browser would show it."""

    name: str
    text: str
    paragraphs: list[str] = field(default_factory=list)
    items: list[tuple[str, str]] = field(default_factory=list)  # lead-ins, item
    rows: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folded = fold_letters(
            " ".join([*self.paragraphs, *(item for _, item in self.items)]) + self.text
        )
        self.checker = QuoteChecker(self.text, split_provisions("bench", self.text))

    def iter_sentences(self) -> Iterator[list[str]]:
        for paragraph in self.paragraphs:
            # Parts of a list written as paragraphs are no sentences; "](" is a link that CommonMark missed.
            if not LIST_PART.match(paragraph) and "](" not in paragraph:
                yield [part for part in split_sentences(paragraph) if 7 <= len(part.split()) <= 70]


@dataclass(frozen=True)
class Case:
    kind: str
    accept: bool
    page: Page
    quote: str


def fold_letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def split_sentences(text: str) -> list[str]:
    parts: list[str] = []
    for piece in re.split(r"(?<=[.!?])\s+(?=[A-Z“\"])", text):
        if parts and ABBREVIATION.search(parts[-1]):
            parts[-1] += " " + piece
        else:
            parts.append(piece)
    return parts


def own_text(element: lxml_html.HtmlElement) -> str:
    """Return an element's text without lists and tables nested in it; line breaks as blanks."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in ("ul", "ol", "table"):
            parts.append(" " if child.tag == "br" else own_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def clean(text: str) -> str:
    return " ".join(text.split())


def lead_ins(item: lxml_html.HtmlElement) -> str:
    """Return the text before the list an item stands in, and before the lists around that."""
    found = []
    node = item.getparent()
    while node is not None and node.tag in ("ul", "ol"):
        before = node.getprevious()
        while before is not None and before.tag in ("ul", "ol"):
            before = before.getprevious()
        parent = node.getparent()
        if before is not None and before.tag == "p":
            found.append(clean(own_text(before)))
        if parent is None or parent.tag != "li":
            break
        found.append(clean(own_text(parent)))
        node = parent.getparent()
    return " ".join(reversed(found))


def render(name: str, text: str) -> Page | None:
    markup = MarkdownIt("commonmark").enable("table").render(text)
    tree = lxml_html.fromstring(f"<div>{markup}</div>")
    page_parts: tuple[list[str], list[tuple[str, str]], list[list[str]]] = ([], [], [])
    for element in tree.iter(*BLOCKS):
        shown = clean(own_text(element))
        if element.tag == "tr":
            page_parts[2].append([clean(cell.text_content()) for cell in element])
        elif element.tag == "li":
            if len(shown.split()) >= 4 and not element.findall(".//p"):
                page_parts[1].append((lead_ins(element), shown))
        elif element.tag == "p" and element.getparent().tag == "div" and shown:
            # Page builders write an empty line as a zero-width joiner: to a reader, a new paragraph.
            page_parts[0].extend(filter(None, map(clean, shown.split("\u200d"))))
    return Page(name, text, *page_parts)


def wrap(text: str, rng: random.Random) -> str:
    return "\n".join(textwrap.wrap(text, rng.randint(24, 96), break_long_words=False, break_on_hyphens=False))


Maker = Callable[[Page, random.Random, list[Page]], Iterator[str]]


def whole_sentences(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    for sentences in page.iter_sentences():
        yield from (wrap(sentence, rng) for sentence in sentences)


def sentence_runs(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    for paragraph in page.paragraphs:
        parts = [] if LIST_PART.match(paragraph) else split_sentences(paragraph)
        for one, two in pairwise(parts):
            if len(one.split()) >= 4:
                yield wrap(f"{one} {two}", rng)


def list_items(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    for lead_in, item in page.items:
        conditional = LIST_PART.sub("", item, count=1)[0].islower() and CONDITIONAL.search(lead_in)
        if not NEGATING.search(lead_in) and not conditional and len(item) > 20:
            yield rng.choice(("", "• ", "* ", "- ")) + wrap(item, rng)


def table_rows(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    for row in page.rows:
        cells = [cell for cell in row if cell]
        if len(cells) > 1 and sum(len(cell.split()) for cell in cells) >= 4:
            yield rng.choice(("\t", "\n", " | ")).join(cells)


def swapped_marks(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    for sentence in flat(page):
        if sentence.translate(STRAIGHT) != sentence:
            yield wrap(sentence.translate(STRAIGHT), rng)
        elif "'" in sentence or '"' in sentence:
            yield re.sub(r'"([^"]*)"', r"“\1”", sentence).replace("'", "’")


def harmless_elisions(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    for sentence in flat(page):
        words = sentence.split()
        if len(words) < 14:
            continue
        at = rng.randint(4, len(words) - 9)
        omitted = words[at : at + rng.randint(2, 4)]
        if not DANGER.search(" ".join(omitted)):
            mark = rng.choice(("...", "…", "[...]", "[…]", "(...)"))
            yield " ".join([*words[:at], mark, *words[at + len(omitted) :]])


def flat(page: Page) -> Iterator[str]:
    for sentences in page.iter_sentences():
        yield from sentences


def changed(
    page: Page, pattern: str, change: Callable[[re.Match[str]], str], rng: random.Random
) -> Iterator[str]:
    """Yield sentences with one hit of a pattern changed, where the result stands nowhere on the page."""
    for sentence in flat(page):
        hits = list(re.finditer(pattern, sentence))
        if hits:
            hit = rng.choice(hits)
            altered = clean(sentence[: hit.start()] + change(hit) + sentence[hit.end() :])
            if fold_letters(altered) != fold_letters(sentence) and fold_letters(altered) not in page.folded:
                yield wrap(altered, rng)


def dropped_negations(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    yield from changed(page, r"\b(?:not|never) |(?<=\w)n[’']t\b", lambda _: "", rng)


def added_negations(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    yield from changed(
        page, r"\b(?:may|will|can|do|are|is|must|shall)\b(?! not)", lambda m: m.group() + " not", rng
    )


def changed_numbers(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    yield from changed(page, r"\b\d+\b", lambda m: str(int(m.group()) + rng.choice((1, 10, 30))), rng)


def changed_modals(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    yield from changed(page, rf"\b(?:{'|'.join(MODALS)})\b", lambda m: MODALS[m.group()], rng)


def swapped_parties(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    yield from changed(page, rf"(?<=\w )\b(?:{'|'.join(PARTIES)})\b", lambda m: PARTIES[m.group()], rng)


def dropped_words(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    yield from changed(page, r"(?<=[a-z] )[a-z]{5,} (?=[a-z])", lambda _: "", rng)


def synonyms(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    yield from changed(page, rf"\b(?:{'|'.join(SYNONYMS)})\b", lambda m: SYNONYMS[m.group()], rng)


def negation_elisions(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    for sentence in flat(page):
        words = sentence.split()
        places = [at for at, word in enumerate(words) if re.fullmatch(r"not|never|no|\w+n[’']t", word)]
        for at in places:
            low, high = at - rng.randint(0, 2), at + rng.randint(1, 3)
            if low >= 3 and high <= len(words) - 3:
                quote = " ".join([*words[:low], rng.choice(("...", "[…]", "…")), *words[high:]])
                yield quote
                break


def provision_elisions(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    paragraphs = [sentences for sentences in page.iter_sentences() if sentences]
    for one, two in pairwise(paragraphs):
        first, second = " ".join(one[0].split()[:8]), " ".join(two[-1].split()[-8:])
        if all(page.folded.count(fold_letters(part)) <= 2 for part in (first, second)):
            yield f"{first} {rng.choice(('...', '[...]', '…'))} {second}"


def after_not(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    for sentence in flat(page):
        hit = re.search(
            r"\b(?<!whether or )(?:not|never) (?!limited|only|later|less|more|necessarily)", sentence
        )
        rest = sentence[hit.end() :] if hit else ""
        # The page and its Markdown are both in `folded`: words that occur once are counted twice.
        if len(rest.split()) >= 4 and page.folded.count(fold_letters(rest)) <= 2:
            yield wrap(rest, rng)


def before_conditions(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    for sentence in flat(page):
        hit = re.search(r",? (?:unless|except|if|only if|provided that|subject to) ", sentence)
        head = sentence[: hit.start()] if hit else ""
        idiom = re.search(r"\b(?:even|as|see|determine|decide|know|check|ask|out|verify|assess)$", head)
        loose = head.endswith(";") or re.match(r"\W*if (?:any|so|applicable)\W", sentence[len(head) :])
        if len(head.split()) >= 4 and not (idiom or loose) and page.folded.count(fold_letters(head)) <= 2:
            yield wrap(head, rng)


def other_services(page: Page, rng: random.Random, pages: list[Page]) -> Iterator[str]:
    others = [other for other in pages if other is not page]
    for _ in range(40):
        sentences = list(flat(rng.choice(others)))
        if sentences:
            sentence = rng.choice(sentences)
            if fold_letters(sentence) not in page.folded:
                yield wrap(sentence, rng)


def negated_items(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    for lead_in, item in page.items:
        negated = re.search(r"\b(?:not(?! limited)|never|n[’']t)\b[^.:;]{0,60}:$", lead_in)
        clause = re.match(
            r"(?:If|Nothing|We|You|They|It|The|Your|Our|A|An|Any|This|That|\w+ only)\b", item, re.IGNORECASE
        )
        if negated and not clause and len(item) > 24 and page.folded.count(fold_letters(item)) <= 2:
            yield wrap(item, rng)


def half_words(page: Page, rng: random.Random, _: list[Page]) -> Iterator[str]:
    for sentence in flat(page):
        first = sentence.split()[0]
        cut = sentence[1:] if rng.random() < 0.5 else sentence.rstrip(' .”")]!?:;,')[:-1]
        halved = cut[-1].isalpha() and (sentence.endswith(cut) or sentence[len(cut)].isalpha())
        if first.isalpha() and len(first) > 3 and halved:
            yield wrap(cut, rng)


KINDS: dict[str, tuple[bool, Maker]] = {
    "rendered sentence": (True, whole_sentences),
    "two sentences": (True, sentence_runs),
    "list item": (True, list_items),
    "table row": (True, table_rows),
    "quotes and dashes swapped": (True, swapped_marks),
    "elision over harmless words": (True, harmless_elisions),
    "negation dropped": (False, dropped_negations),
    "negation added": (False, added_negations),
    "number changed": (False, changed_numbers),
    "modal changed": (False, changed_modals),
    "party swapped": (False, swapped_parties),
    "content word dropped": (False, dropped_words),
    "word replaced by a synonym": (False, synonyms),
    "elision over a negation": (False, negation_elisions),
    "elision across provisions": (False, provision_elisions),
    "fragment cut after 'not'": (False, after_not),
    "fragment cut before a condition": (False, before_conditions),
    "list item without negating lead-in": (False, negated_items),
    "cut inside a word": (False, half_words),
    "from another service": (False, other_services),
}


def read_git(repository: Path, *arguments: str) -> str:
    command = ["git", "-C", str(repository), "-c", "core.quotePath=false", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def company(service: str) -> str:
    name = service.lower()
    return next((group[0] for group in GROUPS if any(name.startswith(member) for member in group)), name)


def choose_pages(repository: Path, half: str, seed: int) -> list[Page]:
    services: dict[str, list[str]] = {}
    for path in read_git(repository, "ls-tree", "-r", "--name-only", "HEAD").splitlines():
        if path.endswith(".md") and "/" in path:
            services.setdefault(path.split("/")[0], []).append(path)
    companies = sorted({company(service) for service in services})
    random.Random(20261125).shuffle(companies)
    dev = set(companies[::2])
    rng = random.Random(seed)
    order = sorted(services)
    rng.shuffle(order)
    pages = []
    for service in order:
        if half != "all" and (company(service) in dev) != (half == "dev"):
            continue
        paths = sorted(services[service])
        rng.shuffle(paths)
        for path in paths:
            text = read_git(repository, "show", f"HEAD:{path}")
            words = text.lower().split()
            common = sum(word in ("the", "of", "and", "to", "you") for word in words)
            if len(words) >= FEWEST_WORDS and common > len(words) / 12:
                pages.append(render(path, text))
                break
        if len(pages) == DOCUMENTS:
            break
    return [page for page in pages if page]


def make_cases(pages: list[Page], total: int, seed: int) -> list[Case]:
    quota = -(-total // len(KINDS))
    cases = []
    for kind, (accept, maker) in KINDS.items():
        rng = random.Random(f"{seed} {kind}")
        per_page = [(page, list(maker(page, rng, pages))) for page in pages]
        for _, quotes in per_page:
            rng.shuffle(quotes)
        # Round robin, so that long documents do not make the case list.
        rounds = [(depth, page, quotes[depth]) for page, quotes in per_page for depth in range(len(quotes))]
        rounds.sort(key=lambda entry: entry[0])
        cases += [Case(kind, accept, page, quote) for _, page, quote in rounds[:quota]]
    return cases


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure quote verification on the real archive.")
    parser.add_argument("--archive", type=Path, default=DEFAULT_ARCHIVE)
    parser.add_argument("--half", choices=("dev", "test", "all"), default="all")
    parser.add_argument("--cases", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        repository = options.archive
        if repository.is_file():
            repository = Path(folder) / "archive.git"
            subprocess.run(
                ["git", "clone", "-q", "--bare", str(options.archive), str(repository)], check=True
            )
        pages = choose_pages(repository, options.half, options.seed)
    cases = make_cases(pages, options.cases, options.seed)
    accepted: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    wrong: list[tuple[Case, str]] = []
    begun = time.perf_counter()
    for case in cases:
        check = case.page.checker.check(case.quote)
        counted[case.kind] += 1
        accepted[case.kind] += check.status != "rejected"
        if (check.status != "rejected") != case.accept:
            wrong.append((case, f"{check.status} {check.reason or ''}: {check.difference or ''}"))
    seconds = time.perf_counter() - begun
    speed = 1000 * seconds / len(cases)
    lines = [f"{len(pages)} documents ({options.half}), {len(cases)} cases, {speed:.1f} ms each"]
    lines.append(f"{'kind':<38}{'expected':<10}{'cases':>6}{'accepted':>10}{'wrong':>7}")
    for kind, (accept, _) in KINDS.items():
        missed = sum(case.kind == kind for case, _ in wrong)
        expected = "accept" if accept else "reject"
        lines.append(f"{kind:<38}{expected:<10}{counted[kind]:>6}{accepted[kind]:>10}{missed:>7}")
    lines.append(f"wrong: {len(wrong)} of {len(cases)}")
    for case, verdict in wrong:
        lines += [
            "",
            f"[{case.kind}] {case.page.name}",
            f"  quotation: {clean(case.quote)}",
            f"  verdict: {verdict}",
        ]
    report = "\n".join(lines)
    print(report)
    if options.out:
        options.out.write_text(report + "\n", encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
