"""Quotations are accepted word for word and refused with the difference named."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from clauseproof.documents import Heading, Provision, Segmentation, Span
from clauseproof.verification.quotes import QuoteCheck, QuoteChecker, check_quote


def _accepted_text(quote: str, text: str) -> str:
    check = check_quote(quote, text)
    assert check.status != "rejected", check.difference
    return " | ".join(text[span.start : span.end] for span in check.spans)


def _refusal(quote: str, text: str) -> QuoteCheck:
    check = check_quote(quote, text)
    assert check.status == "rejected"
    assert check.spans == ()
    return check


class TestAcceptance:
    def test_literal_quotation_is_exact(self) -> None:
        """Characters that equal the archived ones are marked exact, with their span."""
        text = "# Data\n\nWe keep logs for 30 days. Then we delete them."
        check = check_quote("We keep logs for 30 days.", text)
        assert check.status == "exact"
        assert text[check.spans[0].start : check.spans[0].end] == "We keep logs for 30 days."

    @pytest.mark.parametrize(
        ("text", "quote"),
        [
            ("We **may** share [data](http://a.b) with _partners_.", "We may share data with partners."),
            ("We may share “data” – and logs – today.", 'We may share "data" - and logs - today.'),
            ("It's the user's data; they're ours.", "It’s the user’s data; they’re ours."),
            ("Smith &amp; Co share&nbsp;data of users.", "Smith & Co share data of users."),
            ("Smith & Co share data of users.", "Smith &amp; Co share&#32;data of users."),
            ("We may share **all** [data](http://a.b).", "We may share **all** [data](http://other)."),
            ("The first file is kept.", "The ﬁrst ﬁle is kept."),
            ("We keep in\u00adfor\u00adma\u00adtion for years.", "We keep information for years."),
            ("We may keep it for 30 days.", "We may\n   keep it for\n30 days."),
            ("You must be over 18. If not, leave now.", "You must be over\n18. If not, leave now."),
            ("We collect data\\* of users.", "We collect data of users."),
            ("| Name | Account Data<br>Your photos |\n", "Name Account DataYour photos"),
            ("Data<br>Your photos are kept", "DataYour photos are kept"),
            ("Version of 2026[Next one](http://a.b) here", "Version of 2026Next one here"),
            ("Old version of 2026[Next version](http://a.b) here", "Next version here"),
        ],
    )
    def test_rendered_copy_is_accepted(self, text: str, quote: str) -> None:
        """Markup, typography, entities, ligatures and line breaks make no difference."""
        assert _accepted_text(quote, text)

    @pytest.mark.parametrize(
        "quote",
        [
            "1. Keep your password.\n2. Pay on time.",
            "Keep your password. Pay on time.",
            "• Keep your password.\n• Pay on time.",
            "- Keep your password.\n- Pay on time.",
        ],
    )
    def test_list_marks_may_be_kept_or_dropped(self, quote: str) -> None:
        """A page shows numbers or bullets that a copy may lack."""
        assert _accepted_text(quote, "1.  Keep your password.\n2.  Pay on time.")

    def test_changed_list_number_is_refused(self) -> None:
        """A number that the page shows is a word like any other."""
        assert _refusal("2. Keep your password now.", "1.  Keep your password now.").reason == "quote-altered"

    @pytest.mark.parametrize("separator", ["\t", "\n", " | ", " "])
    def test_table_row_is_accepted(self, separator: str) -> None:
        """Cells may be parted by tabs, line breaks, bars or blanks."""
        text = "| Data | Sold |\n| --- | --- |\n| Name and mail | Not at all |\n| Photos | Yes, to partners |"
        assert _accepted_text(f"Name and mail{separator}Not at all", text)

    def test_line_border_makes_no_new_word(self) -> None:
        """Only a capital after a small letter shows that a copy lost a line's border."""
        assert _refusal("we maybe there for you", "we may<br>be there for you").reason == "quote-altered"

    def test_cell_is_not_governed_by_its_neighbour(self) -> None:
        """A negation in one cell does not reach into the next."""
        assert _accepted_text("Yes, to our partners", "| Never sold | Yes, to our partners |")

    def test_several_places_prefer_the_ungoverned_one(self) -> None:
        """Where the words stand twice, the place where they assert is taken."""
        text = "We do not share data with partners. From May on we share data with partners."
        check = check_quote("share data with partners", text)
        assert check.spans[0].start > text.index("From")

    def test_bracketed_first_letter_may_change_case(self) -> None:
        """A bracketed "[W]e" stands for "we"; an unbracketed "We" does not."""
        text = "In May we keep all logs."
        assert _accepted_text("[W]e keep all logs.", text)
        assert "letter" in str(check_quote("[W]e keep all logs.", text).allowed)
        assert _refusal("We keep all logs.", text).difference == (
            'the version writes "we", the quotation "We"'
        )

    def test_script_without_blanks_is_read_by_character(self) -> None:
        """A Chinese sentence may be quoted whole."""
        text = "我们不会出售您的个人信息给任何第三方。"
        assert _accepted_text("我们不会出售您的个人信息给任何第三方", text)

    def test_part_of_a_sentence_in_an_unknown_language_is_refused(self) -> None:
        """Where its negations and conditions are not known, nobody can tell what a cut drops."""
        text = "我们不会出售您的个人信息给任何第三方。"
        assert check_quote("出售您的个人信息给任何第三方", text).reason == "governed"

    @pytest.mark.parametrize(
        ("quote", "text"),
        [
            ("Wir löschen Ihre Daten nach 60 Tagen", ", soweit keine Pflichten entgegenstehen."),
            ("Wij delen uw gegevens met partners in de Europese Unie", ", tenzij u bezwaar heeft gemaakt."),
            ("Não vendemos os seus dados a terceiros", ", salvo se você concordar."),
            ("Condividiamo i dati con i partner della società", ", a meno che non si opponga."),
            ("Nous partageons les données avec des partenaires", ", sauf si vous vous y opposez."),
        ],
    )
    def test_part_of_a_sentence_in_another_language_is_refused(self, quote: str, text: str) -> None:
        """Also where it is one section of an English document."""
        assert check_quote(quote, quote + text).reason == "governed"
        english = "We delete the data that you give us, and your account, when you ask. " * 20
        assert (
            check_quote(quote, f"{english}\n\n{(quote + text + ' ') * 6}\n\n{english}").reason == "governed"
        )

    def test_row_of_names_in_an_english_document_may_be_quoted(self) -> None:
        """Names have no language of their own; the document's decides."""
        rows = "\n".join(f"| _ck{at} | Harrow Metrics | analytics | {at} months |" for at in range(40))
        head = "We use the cookies that are listed here with your consent.\n\n| a | b | c | d |"
        text = f"{head}\n|---|---|---|---|\n{rows}"
        assert check_quote("Harrow Metrics | analytics", text).reason != "governed"

    def test_exception_keeps_all_its_alternatives(self) -> None:
        """An open exception goes on after "or" and "and"; one that a comma closed does not."""
        text = "Fees are not refundable, unless the law says otherwise, or we decide to make an exception."
        assert (
            check_quote("Fees are not refundable, unless the law says otherwise", text).reason == "governed"
        )
        text = "We share your data unless you opt out and confirm it."
        assert check_quote("We share your data unless you opt out", text).reason == "governed"
        text = "Except as required by law, we will not sell your data or rent it."
        assert _accepted_text("Except as required by law, we will not sell your data", text)


class TestAlteration:
    @pytest.mark.parametrize(
        ("quote", "difference"),
        [
            ("We will share your data within 30 days.", 'the version says "may", the quotation "will"'),
            ("We may share your data within 60 days.", 'the version says "30", the quotation "60"'),
            ("We may not share your data within 30 days.", 'the quotation adds "not" before "share"'),
            ("We may share data within 30 days.", 'the quotation drops "your" before "data"'),
            ("You may share your data within 30 days.", 'the version says "We", the quotation "You"'),
            ("e may share your data within 30 days.", 'the quotation has only "e" of the word'),
        ],
    )
    def test_changed_word_is_named(self, quote: str, difference: str) -> None:
        """The sentence about the difference says both sides."""
        check = _refusal(quote, "Hello. We may share your data within 30 days.")
        assert check.reason == "quote-altered"
        assert difference in str(check.difference)
        assert check.nearest is not None

    def test_dropped_negation_comes_first_among_differences(self) -> None:
        """The weightiest change leads; missing and added words list them all."""
        check = _refusal(
            "We sell your records to third parties.", "We do not sell your data to third parties."
        )
        assert 'drops "do not" before "sell"' in str(check.difference)
        assert check.missing == ("do", "not", "data")
        assert check.added == ("records",)

    def test_foreign_words_are_not_found(self) -> None:
        """Words of another text are said to stand nowhere."""
        assert _refusal("Arbitration is final and binding.", "We keep logs.").reason == "quote-not-found"

    @pytest.mark.parametrize(
        "quote", ["profit partners share data", "1,00", "fee is €1,000 or 5", "1,000 or 5% of it"]
    )
    def test_cut_inside_a_word_or_amount_is_refused(self, quote: str) -> None:
        """Neither half a compound nor half a number is a quotation."""
        text = "The fee is €1,000 or 5% of it. Our non-profit partners share data."
        assert _refusal(quote, text).difference

    def test_bracketed_insertion_is_refused(self) -> None:
        """A word in brackets that the version lacks is an added word."""
        check = _refusal("We [the company] may share data", "We may share data")
        assert check.added == ("the", "company")

    @pytest.mark.parametrize("quote", ["", "  \n", "...", "“ ”"])
    def test_quotation_without_words_is_refused(self, quote: str) -> None:
        """Nothing is no quotation."""
        assert _refusal(quote, "We keep logs.").reason == "empty"

    def test_short_fragment_is_refused_unless_it_is_whole(self) -> None:
        """Two words identify a heading or an item, not a passage."""
        text = "Your cookies\n============\n\nWe set cookies that last."
        assert _accepted_text("Your cookies", text) == "Your cookies"
        assert _refusal("set cookies", text).reason == "too-short"


class TestElision:
    TEXT = (
        "We share names, photos and logs with our partners. We must not share mail from 3 users."
        "\n\nWe love cars and boats."
    )

    @pytest.mark.parametrize("mark", ["...", "…", "[...]", "[…]", "(...)", ". . ."])
    def test_harmless_words_may_be_left_out(self, mark: str) -> None:
        """Each side of the elision gets its own span."""
        found = _accepted_text(f"We share names {mark} with our partners", self.TEXT)
        assert found == "We share names | with our partners"

    @pytest.mark.parametrize(
        ("quote", "left_out"),
        [
            ("We must ... share mail from", 'the negation "not"'),
            ("We share names ... not share mail", 'the modal "must"'),
            ("share mail ... users", 'the number "3"'),
            ("with our partners ... cars and boats", "two provisions"),
        ],
    )
    def test_turning_words_may_not_be_left_out(self, quote: str, left_out: str) -> None:
        """Negations, modals and numbers stay, and an elision stays in its provision."""
        check = _refusal(quote, self.TEXT)
        assert check.reason == "elision"
        assert left_out in str(check.difference)

    @pytest.mark.parametrize("left_out", ["if you agree", "except for logs", "only in May", "unless sealed"])
    def test_conditions_and_exceptions_may_not_be_left_out(self, left_out: str) -> None:
        """What limits a statement stays in the quotation."""
        text = f"We share your names, {left_out}, with our partners."
        assert _refusal("We share your names ... with our partners.", text).reason == "elision"

    def test_ellipsis_of_the_version_itself_is_quotable(self) -> None:
        """Three dots that the version holds are no elision."""
        assert (
            check_quote("names, photos... and more", "We keep names, photos... and more.").status == "exact"
        )


class TestGovernors:
    @pytest.mark.parametrize(
        ("text", "fragment", "named"),
        [
            ("We do not sell your data.", "sell your data", '"not"'),
            ("We don’t rent or sell your data.", "rent or sell your data", '"don\'t"'),
            ("We do not, except as said below, sell or share data.", "sell or share data", '"not"'),
            ("We never read or sell your mail.", "read or sell your mail", '"never"'),
            ("We do not guarantee that we will delete data.", "we will delete data", '"not"'),
            ("No data is sold to third parties.", "data is sold to third parties", '"no"'),
            ("If you opt in, we may train on your files.", "we may train on your files", "if you opt in"),
            ("We may, if you opt in, train on your files.", "train on your files", "if you opt in"),
            ("We may train on your files, if you opt in.", "We may train on your files", "if you opt in"),
            ("We may train on files unless you object.", "We may train on files", "unless you object"),
            ("We may share it, provided that you agree.", "We may share it", "provided that"),
            ("You may delete it, subject to the law.", "You may delete it", "subject to"),
            ("We may share files without your consent.", "We may share files", "without your consent"),
            ("We share your files only with partners.", "We share your files", "only"),
            ("We record calls where the law permits it.", "We record calls", "where the law"),
            ("We keep files, and we share them, if you agree.", "We keep files", "if you agree"),
            ("We sell your files to no one.", "We sell your files", '"no one'),
            ("You may not (a) copy it; (b) sell or rent it.", "sell or rent it", '"not"'),
        ],
    )
    def test_fragment_that_drops_its_governor_is_refused(self, text: str, fragment: str, named: str) -> None:
        """A cut from under a negation, condition or exception turns the meaning."""
        check = _refusal(fragment, text)
        assert check.reason == "governed"
        assert named.lower() in str(check.difference).lower()
        assert check.nearest is not None

    @pytest.mark.parametrize(
        ("text", "fragment"),
        [
            ("We retain logs for 30 days and then delete them.", "We retain logs for 30 days"),
            ("We do not sell data, but we may share it with partners.", "we may share it with partners"),
            ("We do not sell data and may share it with partners.", "may share it with partners"),
            ("Although we do not sell it, we may share it.", "we may share it"),
            ("We keep logs, and if you ask, we delete them.", "We keep logs"),
            ("If you leave, we delete it; we keep invoices for years.", "we keep invoices for years"),
            ("We collect names, including but not limited to aliases.", "We collect names"),
            ("Whether or not you have an account, we keep logs.", "we keep logs"),
            ("We store it in countries where we operate.", "We store it in countries"),
            ("We do not sell it. We share it with partners.", "We share it with partners."),
            ("We use cookies, which you may refuse if you like.", "We use cookies"),
        ],
    )
    def test_fragment_with_its_own_governor_is_accepted(self, text: str, fragment: str) -> None:
        """A clause that asserts by itself may be quoted alone."""
        assert _accepted_text(fragment, text).rstrip(".") == fragment.rstrip(".")

    def test_whole_sentence_is_accepted_whatever_surrounds_it(self) -> None:
        """Neighbouring sentences do not govern."""
        text = "We never sell data, unless you agree. We share data with partners. Only if you ask, we stop."
        assert _accepted_text("We share data with partners.", text)

    @pytest.mark.parametrize("lead_in", ["You may not:", "We will never:", "Do not use the Service:"])
    def test_list_item_needs_its_negating_lead_in(self, lead_in: str) -> None:
        """An item under "You may not:" says the opposite without it; with it, it stands."""
        text = f"{lead_in}\n\n*   copy the Service in any way;\n*   sell access to the Service."
        refusal = _refusal("sell access to the Service.", text)
        assert f'lead-in "{lead_in}"' in str(refusal.difference)
        assert _accepted_text(f"{lead_in} copy the Service in any way; sell access to the Service.", text)

    def test_list_item_under_plain_lead_in_is_accepted(self) -> None:
        """A lead-in that turns nothing is not needed."""
        assert _accepted_text("delete your account", "You may:\n\n* delete your account\n* close it")

    def test_item_that_is_a_clause_is_accepted_under_a_negation(self) -> None:
        """A lead-in "You may not" does not reach into a sentence with a subject of its own."""
        text = "We do not do this:\n\n*   We never sell your files.\n*   We share nothing."
        assert _accepted_text("We never sell your files.", text)

    def test_item_that_opens_with_a_condition_of_its_own_is_a_sentence(self) -> None:
        """A negation in the lead-in ends where an item begins a sentence with "If you ..."."""
        text = "For users not located in France, the following applies:\n\n*   If you object, do not use it."
        assert _accepted_text("If you object, do not use it.", text)

    def test_relative_clause_as_item_stays_under_its_lead_in(self) -> None:
        """An item that begins with "which" is no clause of its own."""
        text = "You may not cancel contracts:\n\n*   which are concluded by post."
        assert _refusal("which are concluded by post.", text).reason == "governed"

    def test_condition_in_lead_in_governs_items_that_go_on_in_lower_case(self) -> None:
        """A lower-case item continues the sentence of its lead-in; a capital begins one."""
        lead_in = "If you opt in, we may:\n\n"
        assert _refusal("train on your prompts", lead_in + "* train on your prompts").reason == "governed"
        assert _accepted_text("You can object at any time.", lead_in + "* You can object at any time.")


class TestSegmentation:
    def test_provisions_of_the_caller_bound_elisions_and_lend_lead_ins(self) -> None:
        """Spans and context spans are taken from the segmentation where one is given."""
        text = "Rules\n\nYou must not -\n\ncopy the site or app\n\nsell the site or app"
        first, second = text.index("copy"), text.index("sell")
        lead_in = Span(start=text.index("You"), end=text.index("-") + 1)
        spans = [Span(start=first, end=first + 20), Span(start=second, end=second + 20)]
        segmentation = Segmentation(
            provisions=(
                Provision(provision_id="p", heading_path=("Rules",), span=lead_in),
                *(
                    Provision(provision_id="i", heading_path=(), span=span, context=(lead_in,), kind="item")
                    for span in spans
                ),
            ),
            headings=(Heading(title="Rules", level=1, span=Span(start=0, end=5)),),
            furniture=(),
        )
        assert check_quote("sell the site or app", text, segmentation).reason == "governed"
        assert check_quote("Rules", text, segmentation).status == "exact"
        elided = check_quote("You must not ... the site or app", text, segmentation)
        assert elided.reason == "elision"


class TestSpeed:
    def test_long_document_is_read_and_checked_quickly(self) -> None:
        """60 kB are prepared and searched in a fraction of a second on any machine."""
        text = "\n\n".join(
            f"We keep record {at} of **your use** for {at} days, as [described](/a)." for at in range(900)
        )
        check_quote("warm the lexicon", text[:200])
        begun = time.perf_counter()
        checker = QuoteChecker(text)
        assert checker.check("We keep record 899 of your use for 899 days").status == "normalised"
        assert checker.check("We keep record 899 of your use for 900 days").status == "rejected"
        assert time.perf_counter() - begun < 1.0

    @pytest.mark.parametrize(
        ("text", "quote"),
        [
            ("a " * 40000, "a " * 20000 + "b"),
            ("not, " * 20000 + "we sell it", "we sell it all now"),
            ("We do not sell, if you agree; but " * 3000, "sell, if you agree; but We do"),
            ("a b " * 2000, "a ... b ... " * 500),
            ("[a](" * 10000, "[a]( [a]( b c"),
        ],
    )
    def test_hostile_text_costs_little(self, text: str, quote: str) -> None:
        """Repetition does not blow up the search."""
        begun = time.perf_counter()
        check_quote(quote, text)
        assert time.perf_counter() - begun < 10

    def test_import_is_light(self) -> None:
        """Neither numpy nor YAML nor the retrieval stack loads with the module."""
        code = (
            "import sys, clauseproof.verification.quotes\n"
            "print([name for name in ('numpy', 'yaml', 'chromadb', 're2') if name in sys.modules])"
        )
        shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert shown.stdout.strip() == "[]"


class TestPlace:
    """Words that stand twice are judged where they are quoted from."""

    TEXT = "Today logs are kept for ninety days.\n\nWe do not say that logs are kept for ninety days.\n"
    WORDS = "logs are kept for ninety days"

    def _at(self, start: int) -> QuoteCheck:
        return QuoteChecker(self.TEXT).check(self.WORDS, Span(start=start, end=start + len(self.WORDS)))

    def test_words_free_in_one_place_may_be_governed_in_another(self) -> None:
        """Asked for one place, the free twin elsewhere does not help."""
        assert QuoteChecker(self.TEXT).check(self.WORDS).status == "exact"
        assert self._at(self.TEXT.index(self.WORDS)).status == "exact"
        governed = self._at(self.TEXT.rindex(self.WORDS))
        assert (governed.status, governed.reason) == ("rejected", "governed")
