"""Knowledge files are read late, validated, cross-checked, and their faults named by file and field."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from clauseproof.errors import ConfigurationError
from clauseproof.knowledge import KnowledgeBase, load_knowledge

SHIPPED = KnowledgeBase().folder
Edit = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped knowledge that a test may spoil."""
    return Path(
        shutil.copytree(SHIPPED, tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py", "__*"))
    )


def _edit(path: Path, edit: Edit) -> None:
    content = yaml.safe_load(path.read_text("utf-8"))
    edit(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")


class TestMalformed:
    @pytest.mark.parametrize(
        ("file", "text", "words"),
        [
            ("practices/retention.yaml", "id: [unclosed", "line "),
            ("practices/retention.yaml", "", "the whole file"),
            ("practices/retention.yaml", "- a\n- b\n", "the whole file"),
            ("practices/retention.yaml", "id: retention\n", "title"),
            ("practices/retention.yaml", "id: other\n", "title"),
            ("practices/retention.yaml", b"\xff\xfe\x00bad", "retention.yaml"),
            ("taxonomy.yaml", "order: none\n", "expected a list under 'order'"),
            ("taxonomy.yaml", "order: [retention]\n", "differ in"),
        ],
    )
    def test_practice_file_is_named(self, folder: Path, file: str, text: str | bytes, words: str) -> None:
        """A file that cannot be believed is one error that names the file and the place in it."""
        path = folder / file
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(ConfigurationError) as caught:
            _ = load_knowledge(folder).practices
        assert str(path) in str(caught.value)
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        ("edit", "field"),
        [
            (lambda one: one.update(colour="red"), "colour"),
            (lambda one: one.update(axis="sideways"), "axis"),
            (lambda one: one.update(cues=["(unclosed"]), "cues.0"),
            (lambda one: one.update(cues=["(a)(?=b)"]), "cues.0"),
            (lambda one: one.update(significance=[]), "significance"),
            (lambda one: one.update(significance=[{"text": "{nothing} said"}]), "significance"),
            (lambda one: one["facts"].append(one["facts"][0]), "keys are not unique"),
            (lambda one: one.update(id="Retention!"), "id"),
        ],
    )
    def test_field_is_named(self, folder: Path, edit: Edit, field: str) -> None:
        """A field with a wrong value, a pattern RE2 cannot run, or a strange placeholder is named."""
        _edit(folder / "practices" / "retention.yaml", edit)
        with pytest.raises(ConfigurationError, match=r"retention\.yaml") as caught:
            _ = load_knowledge(folder).practices
        assert field in str(caught.value)

    def test_id_must_match_the_file_name(self, folder: Path) -> None:
        """A file under another's name is refused."""
        source = folder / "practices" / "retention.yaml"
        source.rename(folder / "practices" / "keeping.yaml")
        with pytest.raises(ConfigurationError, match="does not match the file name"):
            _ = load_knowledge(folder).practices

    def test_provision_of_another_act_is_refused(self, folder: Path) -> None:
        """A citation id must begin with its act's."""
        _edit(folder / "instruments" / "gdpr.yaml", lambda one: one["provisions"][0].update(id="ccpa:6"))
        with pytest.raises(ConfigurationError, match=r"gdpr\.yaml.*does not belong"):
            _ = load_knowledge(folder).instruments

    def test_missing_folder_and_file(self, folder: Path, tmp_path: Path) -> None:
        """What is not there is said in one line."""
        with pytest.raises(ConfigurationError, match="no such folder"):
            load_knowledge(tmp_path / "nowhere")
        (folder / "wording.yaml").unlink()
        with pytest.raises(ConfigurationError, match=r"wording\.yaml: cannot be read"):
            _ = load_knowledge(folder).wording

    def test_nothing_is_read_before_it_is_needed(self, folder: Path) -> None:
        """A spoilt file hurts only who needs it."""
        (folder / "exposure.yaml").write_text("]")
        knowledge = load_knowledge(folder)
        assert knowledge.wording.negations
        with pytest.raises(ConfigurationError, match=r"exposure\.yaml"):
            _ = knowledge.rubric


class TestReading:
    def test_on_off_yes_no_stay_words(self, folder: Path) -> None:
        """A value written `on` or `no` is the word, not a truth value."""
        path = folder / "practices" / "retention.yaml"
        values = "[{value: on, patterns: [aa]}, {value: off, patterns: [bb]}"
        values += ", {value: yes, patterns: [cc]}, {value: No, patterns: [dd]}]"
        content = yaml.safe_load(path.read_text("utf-8"))
        content["facts"] = []
        for part in (
            "statement",
            "significance",
            "implications",
            "questions",
            "considerations",
            "mitigations",
        ):
            content[part] = [{"text": "Something."}] if part == "significance" else []
        content |= {"exposure": {}, "protective": None}
        del content["facts"]
        text = yaml.safe_dump(content, allow_unicode=True)
        text += f"facts:\n- {{key: state, title: State, describes: '', many: true, values: {values}}}\n"
        path.write_text(text, "utf-8")
        fact = load_knowledge(folder).practices["retention"].facts[0]
        assert [one.value for one in fact.values] == ["on", "off", "yes", "No"]
        assert fact.many is True

    def test_digest_changes_with_any_file(self, folder: Path) -> None:
        """The hash of a run record is that of the files' bytes."""
        before = load_knowledge(folder).digest
        assert before == load_knowledge(folder).digest
        with (folder / "wording.yaml").open("a") as file:
            file.write("# another comment\n")
        assert load_knowledge(folder).digest != before

    @pytest.mark.parametrize(
        ("document", "kind"),
        [
            ("Privacy Policy", "privacy"),
            ("PRIVACY POLICY", "privacy"),
            ("Terms of Service", "terms"),
            ("Data Processing Agreement", "processing-agreement"),
            ("Trackers Policy", "cookies"),
            ("Recipe", "other"),
        ],
    )
    def test_document_kind_by_name(self, knowledge: KnowledgeBase, document: str, kind: str) -> None:
        """The kind of a document follows from its name, in any letter case."""
        assert knowledge.document_kind(document) == kind


_WRONG_REFERENCES: list[tuple[str, Edit, str]] = [
    (
        "practices/retention.yaml",
        lambda x: x["disclosures"].append("nowhere"),
        "unknown disclosure nowhere",
    ),
    (
        "practices/retention.yaml",
        lambda x: x["near_misses"].append({"text": "t", "is_instead": "nowhere"}),
        "near miss names unknown practice nowhere",
    ),
    (
        "practices/retention.yaml",
        lambda x: x["significance"].append({"text": "T.", "when": {"read": ["nowhere"]}}),
        "unknown fact nowhere",
    ),
    (
        "practices/retention.yaml",
        lambda x: x["significance"].append({"text": "T.", "when": {"any": [{"silent": ["nowhere"]}]}}),
        "unknown disclosure nowhere",
    ),
    (
        "practices/retention.yaml",
        lambda x: x["significance"].append({"text": "T.", "when": {"market": ["Mars"]}}),
        "unknown market Mars",
    ),
    (
        "practices/retention.yaml",
        lambda x: x["significance"].append({"text": "T.", "when": {"data": ["aura"]}}),
        "unknown data type aura",
    ),
    (
        "practices/retention.yaml",
        lambda x: x["significance"].append({"text": "T.", "when": {"practice": ["magic"]}}),
        "unknown practice magic",
    ),
    (
        "practices/retention.yaml",
        lambda x: x["significance"].append({"text": "T.", "citations": ["gdpr:none"]}),
        "unknown citation gdpr:none",
    ),
    (
        "practices/retention.yaml",
        lambda x: x["questions"].append({"text": "T.", "citations": ["gdpr:none"]}),
        "unknown citation gdpr:none",
    ),
    (
        "instruments/gdpr.yaml",
        lambda x: x["provisions"][0]["practices"].append("magic"),
        "names unknown practice magic",
    ),
    ("instruments/gdpr.yaml", lambda x: x["applies"].update(market="XX"), "unknown market XX"),
    (
        "enforcement.yaml",
        lambda x: x["actions"][0]["regulation_ids"].append("magic-act"),
        "unknown instrument magic-act",
    ),
    (
        "disclosures/access-route.yaml",
        lambda x: x.update(answered_by=["nowhere"]),
        "answered by unknown disclosure nowhere",
    ),
    (
        "jurisdictions.yaml",
        lambda x: x["jurisdictions"][0].update(within=["XX"]),
        "lies within unknown XX",
    ),
]


class TestFaults:
    def test_shipped_files_have_none(self, knowledge: KnowledgeBase) -> None:
        """Every cross-reference of the shipped files leads somewhere."""
        assert list(knowledge.iter_faults()) == []

    def test_reference_that_leads_nowhere_is_found(self, folder: Path) -> None:
        """A name that nothing answers to is reported with the file that holds it."""
        for file, edit, _ in _WRONG_REFERENCES:
            _edit(folder / file, edit)
        faults = list(load_knowledge(folder).iter_faults())
        for file, _, fault in _WRONG_REFERENCES:
            assert [one for one in faults if fault in one and one.startswith(file)], fault

    def test_value_that_a_fact_does_not_have_is_found(self, folder: Path, knowledge: KnowledgeBase) -> None:
        """A condition on a closed fact must name one of its values."""
        practice, fact = next(
            (one, fact) for one in knowledge.practices.values() for fact in one.facts if fact.values
        )
        condition = {"text": "T.", "when": {"fact": {fact.key: ["no such value"]}}}
        _edit(folder / "practices" / f"{practice.id}.yaml", lambda one: one["significance"].append(condition))
        faults = list(load_knowledge(folder).iter_faults())
        assert [one for one in faults if "no such value" in one]
