"""Cue lists run under RE2: together, in linear time, and find what each pattern finds alone."""

from __future__ import annotations

import re
import time

from hypothesis import given
from hypothesis import strategies as st

from clauseproof.patterns import PatternSet, find, find_all, find_any

_WORDS = ["sell", "data", "opt out", "train", "model", "not"]


class TestPatternSet:
    def test_positions_of_hits_are_returned(self) -> None:
        """Each hit names its pattern's place in the list, whatever the letter case."""
        patterns = PatternSet([r"\bsell\b", r"\btrain(ing)?\b", r"nowhere"])
        assert patterns.hits("We SELL nothing and use it for Training.") == {0, 1}

    def test_empty_list_matches_nothing(self) -> None:
        """A set without patterns answers every text with no hit."""
        assert PatternSet([]).hits("anything") == frozenset()

    def test_case_can_be_asked_for(self) -> None:
        """A pattern marked so tells EU from eu."""
        patterns = PatternSet([r"(?-i:\bEU\b)"])
        assert patterns.hits("in the EU") == {0}
        assert patterns.hits("eu") == frozenset()

    def test_pattern_without_literal_words_still_matches(self) -> None:
        """A pattern with no literal to filter by is tried all the same."""
        assert PatternSet([r"\d+", "sell"]).hits("in 30 days") == {0}

    @given(st.lists(st.sampled_from(_WORDS), max_size=6).map(" ".join))
    def test_set_agrees_with_each_pattern_alone(self, text: str) -> None:
        """Matching together finds exactly what matching one by one finds."""
        patterns = [*_WORDS, r"not.{0,20}sell", r"^data$"]
        alone = {at for at, one in enumerate(patterns) if find(one, text)}
        assert PatternSet(patterns).hits(text) == alone


class TestPlaces:
    def test_places_are_offsets_into_the_text(self) -> None:
        """Ranges count characters, not bytes, and the first of several patterns that is found wins."""
        text = "Für Nutzer – we sell data, sell more"
        assert find("sell", text) == (text.index("sell"), text.index("sell") + 4)
        assert find_any(["absent", "data"], text) == (text.index("data"), text.index("data") + 4)
        assert find_any([], text) is None

    def test_all_places_come_left_to_right(self) -> None:
        """Every match is found, none overlapping another."""
        text = "sell, resell, sell"
        assert find_all("sell", text) == [match.span() for match in re.finditer("sell", text)]

    def test_hostile_text_is_matched_in_linear_time(self) -> None:
        """A pattern that would make `re` backtrack for hours answers at once."""
        started = time.process_time()
        assert find(r"(a+)+b", "a" * 200_000) is None
        assert time.process_time() - started < 2
