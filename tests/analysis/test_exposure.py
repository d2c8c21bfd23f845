"""Exposure levels are the published rubric's arithmetic (docs/exposure.md), and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from clauseproof.analysis.applicability import Mapping
from clauseproof.analysis.exposure import level_of, score_exposure
from clauseproof.claims import Exposure, Points
from clauseproof.knowledge.law import resolve_citation

from .builders import DAY, make_absence, make_evidence, make_instrument, make_knowledge, make_practice

TEXT = "# Terms\n\nWe train models on your content.\n"


def _rules(points: str) -> dict[str, list[dict[str, Any]]]:
    """Read "S2 U3 C1-3" as one rule per factor, with a maximum where a range is given."""
    rules = {}
    for word in points.split():
        low, _, high = word[1:].partition("-")
        rule: dict[str, Any] = {"points": int(low), "because": f"{word[0]} as read"}
        rules[word[0]] = [rule | ({"maximum": int(high)} if high else {})]
    return rules


def _score(
    points: str, *, salience: int = 0, mitigations: int = 0, text: str = TEXT, **practice_fields: Any
) -> Exposure:
    rules = _rules("S0 U0 C0 T0 V0 X0 R0 B0") | _rules(points)
    practice = make_practice(
        exposure=rules,
        mitigations=[{"points": 1, "because": f"limit {one}"} for one in range(mitigations)],
        **practice_fields,
    )
    named = {0: [], 1: [["x", "y", "training"]], 2: [["training"]]}[salience]
    law = [make_instrument("law", named)] if named else []
    knowledge = make_knowledge([practice], instruments=law)
    mappings = []
    for one in law:
        reference = resolve_citation(knowledge, "law:1", DAY)
        assert reference is not None
        mappings.append(Mapping(one, (reference,), (), "depends", None, ()))
    evidence = make_evidence(knowledge, text, practice, mappings=mappings)
    return score_exposure(evidence, knowledge.rubric)


class TestWorkedProvisions:
    @pytest.mark.parametrize(
        ("points", "salience", "mitigations", "total", "level"),
        [
            ("S1 U2 C3 T1 V0 X1 R1 B2", 1, 0, 12, "High"),  # 5.1 licence
            ("S2 U3 C1 T0 V0 X0 R0 B2", 2, 0, 10, "High"),  # 5.2 training unless switched off
            ("S2 U3 C2 T0 V0 X0 R0 B2", 2, 0, 11, "High"),  # 5.2, control read as partial
            ("S2 U0 C3 T1 V0 X2 R0 B2", 2, 0, 12, "High"),  # 5.3 storage in one country
            ("S1 U0 C0 T0 V0 X0 R0 B1", 2, 2, 2, "Low"),  # 5.4 breach notice
            ("S0 U0 C1 T0 V0 X0 R3 B1", 1, 0, 6, "Medium"),  # 5.5 fixed sum
            ("S2 U1 C3 T0 V0 X1 R0 B2", 1, 2, 8, "Medium"),  # 5.6 disclosure to prosecutors
        ],
    )
    def test_sum_and_level_are_those_of_the_page(
        self, points: str, salience: int, mitigations: int, total: int, level: str
    ) -> None:
        """The worked provisions of docs/exposure.md come out as printed there."""
        exposure = _score(points, salience=salience, mitigations=mitigations)
        assert (exposure.low, exposure.high, exposure.level) == (total, total, level)
        assert exposure.points == exposure.maximum
        assert exposure.confidence == "high"

    def test_range_of_an_open_factor(self) -> None:
        """5.6 with a vulnerable group in doubt runs from Medium to High."""
        exposure = _score("S2 U1 C3 V0-1 X1 B2", salience=1, mitigations=2)
        assert (exposure.level, exposure.low_level, exposure.high_level) == ("Medium", "Medium", "High")
        assert (exposure.low, exposure.high, exposure.confidence) == (8, 9, "medium")


class TestLevels:
    @pytest.mark.parametrize(
        ("points", "level"),
        [(0, "Low"), (4, "Low"), (5, "Medium"), (8, "Medium"), (9, "High"), (12, "High"), (13, "Critical")],
    )
    def test_limits(self, points: int, level: str) -> None:
        """Levels begin and end where the rubric says."""
        assert level_of(points, make_knowledge([]).rubric) == level

    def test_floor_high(self) -> None:
        """The most sensitive data, secondary use and little control are at least High."""
        exposure = _score("S3 U2 C2")
        assert (exposure.low, exposure.level) == (7, "High")
        assert exposure.rule

    @pytest.mark.parametrize("points", ["S3 U3 C3", "S1 U3 C2 V2"])
    def test_floor_critical(self, points: str) -> None:
        """Everything at its worst on the most sensitive data or people is Critical at any sum."""
        exposure = _score(points)
        assert exposure.low < 13
        assert exposure.level == "Critical"

    def test_ceiling_of_housekeeping(self) -> None:
        """Without personal data and with usual remedies nothing is more than Medium."""
        exposure = _score("S0 U3 C3 T2 X2 R2 B2", salience=2)
        assert exposure.low >= 13
        assert exposure.level == "Medium"
        assert exposure.rule

    def test_no_ceiling_where_rights_are_given_up(self) -> None:
        """A waiver of court is no housekeeping."""
        assert _score("S0 U2 C3 T1 R3 B2").level == "High"

    def test_mitigation_is_three_points_at_most(self) -> None:
        """However many limits a text states, they take off three points."""
        assert _score("S2 U3 C3", mitigations=5).points.M == -3

    def test_sum_is_never_negative(self) -> None:
        """Mitigation does not go below nothing."""
        assert _score("B1", mitigations=3).low == 0


class TestProtective:
    def test_protective_text_is_low(self) -> None:
        """A refusal on a processing practice is Low whatever the points, and says so."""
        exposure = _score(
            "S3 U3 C3 B2",
            text="# Terms\n\nWe do not train models on your content.\n",
            protective={"polarity": ["negative"]},
        )
        assert (exposure.level, exposure.protective) == ("Low", True)
        assert exposure.would_lower == ()

    def test_condition_decides(self) -> None:
        """The same practice said in the positive is scored."""
        exposure = _score("S3 U3 C3 B2", protective={"polarity": ["negative"]})
        assert (exposure.level, exposure.protective) == ("Critical", False)


class TestUnknowns:
    def test_level_is_at_the_minimum(self) -> None:
        """Open facts never raise the level itself, only the range."""
        exposure = _score("S2 U2 C1-3 T0-2 B2")
        assert (exposure.low, exposure.high) == (7, 11)
        assert (exposure.level, exposure.high_level) == ("Medium", "High")
        assert exposure.points.C == 1
        assert exposure.maximum.C == 3

    def test_three_levels_give_no_level(self) -> None:
        """A range over three levels is printed without one."""
        exposure = _score("S2 U0-3 C0-3 T0-2 B2")
        assert (exposure.level, exposure.low_level, exposure.high_level) == (None, "Low", "High")
        assert exposure.not_scored
        assert exposure.confidence == "low"

    def test_harmless_unknown_keeps_confidence(self) -> None:
        """An open fact that cannot move the level leaves confidence high."""
        exposure = _score("S2 U2 C1-2 B1")
        assert (exposure.low_level, exposure.high_level, exposure.confidence) == ("Medium", "Medium", "high")


class TestProvisions:
    def test_highest_wins_and_nothing_is_added_up(self) -> None:
        """Several provisions give the level of the highest, which is named, not their sum."""
        practice = make_practice(
            exposure=_rules("S1 C1 B1")
            | {
                "U": [
                    {"points": 3, "when": {"fact": {"use": ["wide"]}}, "because": "wide"},
                    {"points": 0, "because": "narrow"},
                ]
            },
            facts=[
                {
                    "key": "use",
                    "title": "Use",
                    "describes": "",
                    "values": [
                        {"value": "wide", "patterns": ["any purpose"]},
                        {"value": "narrow", "patterns": ["train"]},
                    ],
                }
            ],
        )
        knowledge = make_knowledge([practice])
        text = (
            "# Terms\n\n## One\n\nWe train models on errors.\n\n## Two\n\n"
            "We train models on content for any purpose.\n\n## Three\n\nWe train models on logs.\n"
        )
        exposure = score_exposure(make_evidence(knowledge, text, practice), knowledge.rubric)
        assert (exposure.low, exposure.level) == (6, "Medium")
        assert exposure.provision is not None
        assert "any purpose" in text[exposure.provision.start : exposure.provision.end]
        # The reason shows what this provision says of the use, not what the others do.
        (use,) = (claim.text for claim in exposure.claims if claim.facts)
        assert use.endswith(", 3: wide (wide).")

    def test_use_is_not_lent_but_control_is_tied(self) -> None:
        """What is done stays with its provision; an opt-out in another paragraph counts for it."""
        flag = {"title": "", "describes": ""}
        practice = make_practice(
            facts=[
                {"key": "use", **flag, "values": [{"value": "wide", "patterns": ["any purpose"]}]},
                {"key": "out", **flag, "values": [{"value": "given", "patterns": ["opt out"]}]},
                {"key": "any", **flag, "values": [{"value": "yes", "patterns": ["train"]}]},
            ],
            exposure={
                "U": [
                    {"points": 3, "when": {"read": ["use"]}, "because": "w"},
                    {"points": 1, "because": "n"},
                ],
                "C": [
                    {"points": 1, "when": {"read": ["out"]}, "because": "o"},
                    {"points": 3, "because": "n"},
                ],
                **_rules("S1 B0"),
            },
        )
        knowledge = make_knowledge([practice])
        text = (
            "# Terms\n\n## One\n\nWe train models on content for any purpose.\n\n"
            "## Two\n\nYou can opt out of training of models.\n"
        )
        exposure = score_exposure(make_evidence(knowledge, text, practice), knowledge.rubric)
        assert (exposure.points.U, exposure.points.C) == (3, 1)
        without = text.split("## Two")[0]
        alone = score_exposure(make_evidence(knowledge, without, practice), knowledge.rubric)
        assert (alone.points.U, alone.points.C) == (3, 3)


class TestGates:
    def test_incomplete_capture_is_not_scored(self) -> None:
        """Where the text may be cut off no level is given, and the gate is named."""
        practice = make_practice(exposure=_rules("S3 U3 C3"))
        knowledge = make_knowledge([practice])
        evidence = make_evidence(knowledge, TEXT, practice, cannot_score="incomplete capture: cut off")
        exposure = score_exposure(evidence, knowledge.rubric)
        assert (exposure.level, exposure.not_scored) == (None, "incomplete capture: cut off")
        assert exposure.points == Points()

    def test_absent_practice_is_not_scored(self) -> None:
        """A practice without a provision has no level."""
        practice = make_practice()
        knowledge = make_knowledge([practice])
        exposure = score_exposure(
            make_evidence(knowledge, "# A\n\nHello there.\n", practice), knowledge.rubric
        )
        assert exposure.level is None
        assert exposure.not_scored

    @pytest.mark.parametrize(
        ("outcome", "points"),
        [
            ("not-found-in-archived-text", 3),
            ("stated-in-general-only", 1),
            ("referred-elsewhere", 1),
            ("cannot-tell", 1),
            ("stated-for-this-practice", 1),
        ],
    )
    def test_silence_counts_only_where_the_search_found_nothing(self, outcome: str, points: int) -> None:
        """A missing opt-out raises a factor only with a search that found none."""
        practice = make_practice(
            disclosures=["opt-out"],
            exposure={
                "C": [
                    {"points": 3, "when": {"silent": ["opt-out"]}, "because": "none found"},
                    {"points": 1, "maximum": 3, "because": "open"},
                ]
            },
        )
        knowledge = make_knowledge([practice])
        evidence = make_evidence(knowledge, TEXT, practice, absences=[make_absence("opt-out", outcome)])
        exposure = score_exposure(evidence, knowledge.rubric)
        assert points == exposure.points.C
        claim = next(one for one in exposure.claims if "none found" in one.text or "open" in one.text)
        assert claim.disclosure == ("opt-out" if points == 3 else None)


class TestReasons:
    def test_three_largest_factors_are_told(self) -> None:
        """The reasons are the three factors with most points, each resting on something."""
        exposure = _score("S2 U3 C3 T1 X1 R1 B2", salience=1)
        assert len(exposure.claims) == 3
        assert {claim.kind for claim in exposure.claims} == {"computed"}
        assert all(claim.quotes or claim.citations or claim.disclosure for claim in exposure.claims)
        assert any("U as read" in claim.text for claim in exposure.claims)

    def test_what_would_lower_is_recomputed(self) -> None:
        """Each change names the points and the level it would bring."""
        exposure = _score("S2 U3 C3 B2")
        assert exposure.low == 10
        assert exposure.would_lower
        assert any("from 10 to 7 (Medium)" in claim.text for claim in exposure.would_lower)
