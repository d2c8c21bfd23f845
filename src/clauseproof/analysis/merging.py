"""A model's proven claims put in the offline analyst's place, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clauseproof.analysis.drafts import DraftedClaim, Section
from clauseproof.claims import Analysis, Claim, JurisdictionFlag, SecondJudgement, Withheld
from clauseproof.plaintext import visible


def apply_judgements(analysis: Analysis, judged: Mapping[str, SecondJudgement]) -> Analysis:
    """Keep each judgement on its record, and withhold the silences it speaks against."""
    disputed = {key for key, one in judged.items() if one.verdict != "not-found"}
    kept = tuple(
        one for one in analysis.interpretive_note if not (one.kind == "silent" and one.disclosure in disputed)
    )
    withheld = [
        Withheld(
            section="interpretive_note",
            text=one.text,
            reason="cannot-tell",
            note=f"a second judgement read a passage as stating it: “{_quoted(judged[str(one.disclosure)])}”",
        )
        for one in analysis.interpretive_note
        if one not in kept
    ]
    absences = tuple(
        one.model_copy(update={"second_judgement": judged.get(one.disclosure)}) for one in analysis.absences
    )
    return analysis.model_copy(
        update={
            "absences": absences,
            "interpretive_note": kept,
            "withheld": (*analysis.withheld, *withheld),
        }
    )


def _quoted(judgement: SecondJudgement) -> str:
    return visible(judgement.quote.text) if judgement.quote else ""


def merge_claims(
    offline: Analysis,
    kept: Mapping[Section, Sequence[tuple[DraftedClaim, Claim]]],
    withheld: Sequence[Withheld],
    model: str,
) -> Analysis:
    """Put the model's claims in place of the offline analyst's, section by section."""
    update: dict[str, object] = {}
    drafted_by: dict[str, str] = {}
    further: list[Claim] = []  # one statement leads; what else was proved is a note
    for section, pairs in kept.items():
        claims = tuple({claim.text: claim for _, claim in pairs}.values())
        drafted_by[section] = model
        if section in ("plain_statement", "significance"):
            update[section], rest = claims[0], claims[1:]
            further += rest
        elif section == "governance_exposure":
            # The computed factors stay: they carry the points; the model's words come after them.
            exposure = offline.governance_exposure
            update[section] = exposure.model_copy(update={"claims": (*exposure.claims, *claims)})
        elif section == "jurisdiction_flags":
            flags = _flags(pairs, offline)
            if flags:
                update[section] = flags
            else:
                del drafted_by[section]
        else:
            update[section] = claims
    if further:
        notes = update.get("interpretive_note", offline.interpretive_note)
        update["interpretive_note"] = (*notes, *further)  # type: ignore[misc]
        drafted_by["interpretive_note"] = model
    update["withheld"] = (*offline.withheld, *withheld)
    update["drafted_by"] = drafted_by
    return offline.model_copy(update=update)


def _flags(pairs: Sequence[tuple[DraftedClaim, Claim]], offline: Analysis) -> tuple[JurisdictionFlag, ...]:
    """Return one flag a jurisdiction; its reason is the offline analyst's, who read the markets."""
    reasons = {one.jurisdiction: one.reason for one in offline.jurisdiction_flags}
    flags: dict[str, JurisdictionFlag] = {}
    for draft, claim in pairs:
        code = draft.jurisdiction or ""
        if code in reasons:
            flags.setdefault(code, JurisdictionFlag(jurisdiction=code, reason=reasons[code], claim=claim))
    # What the model left out is still flagged.
    for flag in offline.jurisdiction_flags:
        flags.setdefault(flag.jurisdiction, flag)
    return tuple(flags.values()) if any(draft.jurisdiction in reasons for draft, _ in pairs) else ()
