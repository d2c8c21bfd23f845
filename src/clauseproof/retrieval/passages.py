"""Where passages are kept: one SQLite table beside the vectors, in memory or in the index folder."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from clauseproof.errors import RetrievalError
from clauseproof.retrieval.base import Passage, PassageFilter

_SCHEMA = """
create table if not exists version (
    id integer primary key, service text not null, document text not null,
    version_id text not null, date text not null, unique (service, document, version_id));
create table if not exists passage (
    id integer primary key, version integer not null references version(id), start integer not null,
    key text not null, payload text not null, unique (version, payload));
create index if not exists passage_key on passage (key);
"""
_IN_VERSIONS = "passage.version in (select value from json_each(:versions))"
_HAS_PRACTICE = (
    "(:practice is null or exists (select 1 from json_each(payload, '$.practices') where value = :practice))"
)
_ORDER = "version.service, version.document, version.date desc, version.id desc, passage.start"


class PassageTable:
    """Passages by version, each with the key of its text."""

    def __init__(self, path: Path | None) -> None:
        """Open the table in a file, or in memory where no path is given.

        Raises:
            RetrievalError: The file is no such table or cannot be opened.
        """
        self._path = path
        with self._translated():
            # The index serialises access with a lock of its own.
            self._database = sqlite3.connect(path or ":memory:", check_same_thread=False)
            if path is not None:
                self._database.execute("pragma journal_mode = wal")
            self._database.executescript(_SCHEMA)

    def replace(self, passages: Sequence[Passage], prune: bool) -> tuple[int, int]:
        """Make each version named among the passages consist of exactly these passages.

        Args:
            passages: Any number of whole versions.
            prune: Also drop every version that is not named.

        Returns:
            How many passages were added and how many removed, in one transaction.
        """
        with self._translated(), self._database:
            versions = self._enter_versions(passages)
            wanted = {
                (versions[_version_of(passage)], passage.model_dump_json()): passage for passage in passages
            }
            touched = json.dumps(sorted(set(versions.values())))
            scope = "1" if prune else "version in (select value from json_each(?))"
            held = {
                (version, payload): row
                for row, version, payload in self._database.execute(
                    f"select id, version, payload from passage where {scope}", () if prune else (touched,)
                )
            }
            stale = [(row,) for identity, row in held.items() if identity not in wanted]
            self._database.executemany("delete from passage where id = ?", stale)
            fresh = [
                (version, passage.start, passage.key, payload)
                for (version, payload), passage in wanted.items()
                if (version, payload) not in held
            ]
            self._database.executemany(
                "insert into passage (version, start, key, payload) values (?, ?, ?, ?)", fresh
            )
            self._database.execute("delete from version where id not in (select version from passage)")
        return len(fresh), len(stale)

    def versions(self) -> frozenset[tuple[str, str, str]]:
        """Return (service, document, version_id) of every version held."""
        with self._translated():
            return frozenset(self._database.execute("select service, document, version_id from version"))

    def keys(self, filter: PassageFilter) -> list[str]:
        """Return the distinct text keys of the passages that pass, in reading order, newest version first."""
        with self._translated():
            rows = self._database.execute(
                "select passage.key from passage join version on version.id = passage.version"
                f" where {_IN_VERSIONS} and {_HAS_PRACTICE} order by {_ORDER}",
                self._parameters(filter),
            )
            return list(dict.fromkeys(key for (key,) in rows))

    def load(self, keys: Collection[str], filter: PassageFilter) -> list[Passage]:
        """Return the passages that pass and have one of the keys, in the order of `keys(filter)`."""
        with self._translated():
            rows = self._database.execute(
                "select payload from passage join version on version.id = passage.version"
                " where passage.key in (select value from json_each(:keys))"
                f" and {_IN_VERSIONS} and {_HAS_PRACTICE} order by {_ORDER}",
                {"keys": json.dumps(list(keys)), **self._parameters(filter)},
            ).fetchall()
        return [Passage.model_validate_json(payload) for (payload,) in rows]

    def unused(self, keys: Collection[str]) -> list[str]:
        """Return the keys among the given ones that no passage has any more."""
        with self._translated():
            held = self._database.execute(
                "select distinct key from passage where key in (select value from json_each(?))",
                (json.dumps(list(keys)),),
            )
            used = {key for (key,) in held}
        return [key for key in keys if key not in used]

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    def _enter_versions(self, passages: Sequence[Passage]) -> dict[tuple[str, str, str], int]:
        dates = {_version_of(passage): passage.date.isoformat() for passage in passages}
        self._database.executemany(
            "insert into version (service, document, version_id, date) values (?, ?, ?, ?)"
            " on conflict do update set date = excluded.date",
            [(*version, date) for version, date in dates.items()],
        )
        rows = self._database.execute("select id, service, document, version_id from version")
        return {version: row for row, *rest in rows if (version := _triple(rest)) in dates}

    def _parameters(self, filter: PassageFilter) -> dict[str, str | None]:
        return {"versions": json.dumps(self._versions_of(filter)), "practice": filter.practice}

    def _versions_of(self, filter: PassageFilter) -> list[int]:
        rows = self._database.execute(
            "select id, service, document, version_id, date from version"
            " where (:service is null or service = :service) and (:document is null or document = :document)"
            " and (:at is null or date <= :at) order by date, id",
            {
                "service": filter.service,
                "document": filter.document,
                "at": filter.at.isoformat() if isinstance(filter.at, datetime.date) else None,
            },
        ).fetchall()
        if filter.at is not None:
            rows = list(
                {(service, document): row for row in rows for _, service, document, *_ in [row]}.values()
            )
        wanted = None if filter.version_ids is None else frozenset(filter.version_ids)
        return [row[0] for row in rows if wanted is None or row[3] in wanted]

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise RetrievalError(
                f"the passage table {self._path or 'in memory'} cannot be used: {error};"
                " delete the index folder to have it built again"
            ) from error


def _version_of(passage: Passage) -> tuple[str, str, str]:
    return passage.service, passage.document, passage.version_id


def _triple(values: Sequence[str]) -> tuple[str, str, str]:
    service, document, version_id = values
    return service, document, version_id
