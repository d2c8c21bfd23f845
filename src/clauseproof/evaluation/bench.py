"""The workbench of a run: the analyst, the documents rows refer to, the language model, each made once."""

from __future__ import annotations

import datetime
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from clauseproof.archive.base import Archive, find_document, find_service
from clauseproof.archive.file import read_file
from clauseproof.archive.workspace import Workspace
from clauseproof.documents import Version
from clauseproof.drafting import ModelDrafter
from clauseproof.errors import ConfigurationError, EvaluationError
from clauseproof.evaluation.datasets import Candidate
from clauseproof.evaluation.label_maps import LabelMap
from clauseproof.evaluation.register import LawRegister, load_register
from clauseproof.evaluation.samples import Reference
from clauseproof.llm.stack import ModelSettings
from clauseproof.pipeline import Analyzed, Analyzer
from clauseproof.reading import ReadDocument

T = TypeVar("T")
_MOST_REMEMBERED = 6
_LONGEST_NAME = 200


@dataclass(frozen=True)
class BenchSettings:
    """What a workbench is made from; crosses to worker processes.

    Attributes:
        folder: Where relative paths of the dataset begin.
        workspace: The user's workspace, for registered archives and replies.
        label_map: The scheme rows are in, where it is not ours.
        model: The language model that drafts; None for the offline analyst alone.
        replies: Where its replies are kept; the workspace where left out.
        shared: Passages by (file, document), of datasets that keep them apart.
    """

    folder: Path
    workspace: Path
    label_map: LabelMap | None = None
    model: ModelSettings | None = None
    replies: Path | None = None
    shared: dict[tuple[str, str], tuple[Candidate, ...]] = field(default_factory=dict)


class Bench:
    """Answers tasks' questions about documents; one per process, shared by threads."""

    def __init__(self, settings: BenchSettings, analyzer: Analyzer | None = None) -> None:
        """Load the analyst."""
        self.settings = settings
        self.analyzer = analyzer or Analyzer()
        self.register: LawRegister = load_register()
        self._lock = threading.RLock()
        self._remembered: OrderedDict[Hashable, object] = OrderedDict()
        self._archives: dict[str, Archive] = {}

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what a key was made into, the last few of them kept; documents come in runs."""
        with self._lock:
            if key not in self._remembered:
                self._remembered[key] = make()
                while len(self._remembered) > _MOST_REMEMBERED:
                    self._remembered.popitem(last=False)
            self._remembered.move_to_end(key)
            return self._remembered[key]  # type: ignore[return-value]

    def archive(self, reference: Reference) -> Archive:
        """Open the archive a reference names: a path beside the dataset, else a registered name.

        Raises:
            ClauseproofError: It is neither.
        """
        with self._lock:
            if reference.archive not in self._archives:
                self._archives[reference.archive] = self._open(reference.archive)
            return self._archives[reference.archive]

    def _open(self, name: str) -> Archive:
        local = self.settings.folder / name
        if not local.exists():
            return Workspace(self.settings.workspace).open(name)
        # An archive named by its path is registered in a corner of its own: the user's list stays as it is.
        corner = Workspace(self.settings.workspace / "evaluation")
        source = str(local.resolve())
        called = f"archive-{hashlib.sha256(source.encode()).hexdigest()[:16]}"
        if called not in {one.name for one in corner.archives()}:
            try:
                corner.add(source, called)
            except ConfigurationError:  # another process was quicker
                return corner.open(called)
        return corner.open(called)

    def version(self, reference: Reference) -> Version:
        """Read the version a reference names, and make sure that it is the one that was labelled.

        Raises:
            ClauseproofError: It is not there, or its bytes are others.
        """
        return self.remember(("version", reference.whole), lambda: self._version(reference))

    def _version(self, reference: Reference) -> Version:
        archive = self.archive(reference)
        service = find_service(archive, reference.service)
        document = find_document(archive, service, reference.document)
        records = archive.records(service, document)
        wanted = [one for one in records if reference.version_id in (None, one.version_id)]
        if not wanted:
            raise EvaluationError(f"{service}, {document}: no version {reference.version_id}.")
        version = archive.read(wanted[-1])
        if reference.sha256 not in (None, version.sha256):
            raise EvaluationError(
                f"{service}, {document}, {version.version_id}: the text is not the one labelled"
                f" (sha256 {version.sha256[:12]}, labelled {str(reference.sha256)[:12]})."
            )
        return version

    def read(self, version: Version) -> ReadDocument:
        """Return a version read."""
        key = ("read", version.service, version.document, version.version_id, version.sha256)
        return self.remember(key, lambda: self.analyzer.read(version))

    def read_source(self, source: Reference | str) -> Version:
        """Return what a row is about: an archived version, a file beside the dataset, or words.

        Raises:
            ClauseproofError: It cannot be read.
        """
        if isinstance(source, Reference):
            return self.version(source)
        file = self._file_beside(source)
        return self.remember(("file", source), lambda: read_file(file)) if file else self._inline(source)

    def _file_beside(self, source: str) -> Path | None:
        """Return the file a text names, if it is one in the dataset's folder; other texts are words."""
        if len(source) > _LONGEST_NAME or not source.isprintable() or not source.strip():
            return None
        file = (self.settings.folder / source).resolve()
        inside = file.is_relative_to(self.settings.folder.resolve())
        return file if inside and file.is_file() else None

    def _inline(self, text: str) -> Version:
        digest = hashlib.sha256(text.encode()).hexdigest()
        day = datetime.datetime.now(datetime.UTC).date()
        return Version(
            archive="", service="", document="text", version_id=digest, date=day, source="", blob=digest,
            sha256=digest, text=text,
        )  # fmt: skip

    def analyze(
        self,
        source: Reference | str,
        practices: Sequence[str],
        at: datetime.date | None,
        drafter: ModelDrafter | None = None,
    ) -> Analyzed:
        """Analyse a document, or a text given in a row.

        Args:
            source: What to analyse.
            practices: Which practices; every one found where empty.
            at: The day; for an archived version it must be one on which that version stood.
            drafter: Lets a model draft; the run's own model where left out.

        Raises:
            ClauseproofError: The document cannot be read, or another version stood on that day.
        """
        drafter = drafter or self.drafter()
        version = self.read_source(source)
        if not isinstance(source, Reference):
            return self.analyzer.analyze_version(version, practices=practices, at=at, drafter=drafter)
        analyzed = self.analyzer.analyze(
            self.archive(source),
            version.service,
            version.document,
            practices=practices,
            at=at,
            drafter=drafter,
        )
        stood = analyzed.report.documents[0].version_id
        if stood != version.version_id:
            raise EvaluationError(
                f"{version.service}, {version.document}: on {analyzed.report.at} the version {stood} stood;"
                f" the labels are of {version.version_id}. Give the row another `at`."
            )
        return analyzed

    def drafter(self) -> ModelDrafter | None:
        """Return what drafts with the run's model, if the run has one."""
        if self.settings.model is None:
            return None
        replies = self.settings.replies or self.settings.workspace
        return ModelDrafter(self.analyzer.knowledge, self.settings.model, replies)

    @property
    def label_map(self) -> LabelMap | None:
        """The scheme rows are in, where it is not ours."""
        return self.settings.label_map

    def candidates(self, file: str, group: str) -> tuple[Candidate, ...]:
        """Return the passages of a document kept in a file of passages.

        Raises:
            EvaluationError: The file has none of it.
        """
        found = self.settings.shared.get((file, group)) or self.settings.shared.get((file, ""))
        if not found:
            raise EvaluationError(f"{file} holds no passage of {group!r}.")
        return found
