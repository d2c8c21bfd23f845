"""The workspace: which archives the user registered, and where their histories are kept."""

from __future__ import annotations

import contextlib
import fcntl
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from clauseproof.archive.base import (
    Archive,
    find_service,
    matching_names,
    nearest_names,
    printable,
)
from clauseproof.archive.folder import FolderArchive
from clauseproof.archive.git import GitArchive
from clauseproof.archive.git_program import run_git
from clauseproof.archive.storage import unwritable, write_atomically
from clauseproof.documents import Model
from clauseproof.errors import (
    ArchiveError,
    ClauseproofError,
    ConfigurationError,
    NotInArchiveError,
    WorkspaceError,
)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_URL = re.compile(r"(?:https?|ssh|file)://[^\s]+", re.IGNORECASE)
_SCP_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,100}@[A-Za-z0-9.-]{1,200}:[^\s:][^\s]*")
_BUNDLE_SIGNATURES = (b"# v2 git bundle\n", b"# v3 git bundle\n")


class RegisteredArchive(Model):
    """An archive the workspace knows.

    Attributes:
        name: Unique in the workspace in any letter case.
        kind: How it is read.
        path: Its repository or folder; relative to the workspace where the workspace owns it.
        source: Where it came from, without a password.
    """

    name: str
    kind: Literal["git", "folder"]
    path: str
    source: str

    @property
    def is_owned(self) -> bool:
        """Whether the workspace holds a clone, which ``update`` fetches into."""
        return not Path(self.path).is_absolute()


class ArchiveUpdate(Model):
    """What an update did.

    Attributes:
        name: The archive.
        before: Newest commit before; empty for a folder.
        after: Newest commit now; empty for a folder.
    """

    name: str
    before: str
    after: str


class _Register(Model):
    format: Literal[1] = 1
    archives: tuple[RegisteredArchive, ...] = ()


_REGISTER = TypeAdapter(_Register)


class Workspace:
    """The folder in which Clauseproof keeps its state; created when something is first saved.

    Args:
        path: The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._register_path = path / "archives.json"

    def archives(self) -> list[RegisteredArchive]:
        """List the registered archives in order of name.

        Raises:
            WorkspaceError: The list is damaged or cannot be read.
        """
        try:
            data = self._register_path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise WorkspaceError(f"cannot read {self._register_path}: {error.strerror}.") from error
        try:
            return list(_REGISTER.validate_json(data).archives)
        except ValidationError as error:
            raise WorkspaceError(
                f"{self._register_path} is damaged; restore it, or remove it and add the archives again."
            ) from error

    def add(self, source: str, name: str | None = None) -> RegisteredArchive:
        """Register an archive.

        Args:
            source: A git bundle, a git URL (https, ssh, file), a local clone, or a folder of files. Bundles
                and URLs are cloned into the workspace; clones and folders are read where they are.
            name: What to call it; made from the source where it is left out.

        Raises:
            ConfigurationError: The source is of no known kind, or the name is taken or unfit.
            ArchiveError: The source cannot be read or holds no documents.
            WorkspaceError: The workspace cannot be written.
        """
        name = _default_name(source) if name is None else name
        self._check_name(name)
        local = _local_path(source)
        if _is_address(source) and not local.exists():
            return self._clone(source, name)
        _check_exists(local, source)
        if local.is_file():
            _check_bundle(local)
            return self._clone(str(local.resolve()), name)
        return self._save(_register_folder(local.resolve(), name))

    def update(self, name: str | None = None) -> list[ArchiveUpdate]:
        """Fetch what is new into the cloned archives; those read in place have nothing to fetch.

        Args:
            name: Only this archive.

        Raises:
            ArchiveError: A source cannot be reached or read; what was there stays as it was.
        """
        chosen = [self._find(name)] if name is not None else self.archives()
        return [self._update(registered) for registered in chosen]

    def open(self, name: str) -> Archive:
        """Return a registered archive, called by its name in any letter case.

        Raises:
            NotInArchiveError: There is no such archive; carries the nearest names.
            ArchiveError: It is not where it was.
        """
        return self._open(self._find(name))

    def locate(self, service: str, name: str | None = None) -> tuple[Archive, str]:
        """Find the archive that holds a service.

        Args:
            service: The service in any letter case.
            name: Look only in this archive.

        Returns:
            The archive, and the service as the archive spells it.

        Raises:
            NotInArchiveError: No archive holds it; carries the nearest names over all of them.
            ConfigurationError: Several archives hold it.
        """
        if name is not None:
            archive = self.open(name)
            return archive, find_service(archive, service)
        archives = [self._open(registered) for registered in self.archives()]
        if not archives:
            raise NotInArchiveError(
                "no archive is registered; add one with 'clauseproof archive add SOURCE'."
            )
        holding = [archive for archive in archives if matching_names(service, archive.services())]
        if len(holding) == 1:
            return holding[0], find_service(holding[0], service)
        if holding:
            names = ", ".join(archive.name for archive in holding)
            raise ConfigurationError(
                f"several archives hold {printable(service)!r}: {names}; choose one with --archive NAME."
            )
        known = sorted({known for archive in archives for known in archive.services()})
        raise NotInArchiveError(
            f"no archive holds a service called {printable(service)!r}.", nearest_names(service, known)
        )

    def _find(self, name: str) -> RegisteredArchive:
        registered = {archive.name: archive for archive in self.archives()}
        found = matching_names(name, list(registered))
        if not found:
            hint = "" if registered else " None is registered; add one with 'clauseproof archive add SOURCE'."
            raise NotInArchiveError(
                f"there is no archive called {printable(name)!r}.{hint}",
                nearest_names(name, list(registered)),
            )
        return registered[found[0]]

    def _open(self, registered: RegisteredArchive) -> Archive:
        path = self.path / registered.path
        if not path.is_dir():
            raise ArchiveError(f"archive {registered.name!r} is not at {printable(str(path))} any more.")
        if registered.kind == "folder":
            return FolderArchive(registered.name, path)
        return GitArchive(registered.name, path, self._catalogue_path(registered.name))

    def _catalogue_path(self, name: str) -> Path:
        return self.path / "catalogues" / f"{name}.json"

    def _check_name(self, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise ConfigurationError(
                f"{printable(name)!r} cannot be an archive's name; choose one with --name, "
                "made of letters, digits, '.', '_' and '-' and beginning with a letter or digit."
            )
        if matching_names(name, [archive.name for archive in self.archives()]):
            raise ConfigurationError(
                f"an archive called {name!r} is registered already; choose another name with --name."
            )

    def _clone(self, source: str, name: str) -> RegisteredArchive:
        """Clone under a temporary name; only a complete clone that holds documents gets its own."""
        folder = self.path / "archives"
        shown = _without_password(source)
        registered = RegisteredArchive(name=name, kind="git", path=f"archives/{name}.git", source=shown)
        with _temporary_folder(folder, name) as temporary:
            clone = temporary / "clone.git"
            _run_remote(
                ["clone", "--quiet", "--bare", "--no-tags", "--template=", "--", source, str(clone)], source
            )
            _settle_head(clone, shown)
            _check_documents(GitArchive(name, clone, temporary / "catalogue.json"), shown)
            return self._save(registered, clone, temporary / "catalogue.json")

    def _save(
        self, registered: RegisteredArchive, clone: Path | None = None, catalogue: Path | None = None
    ) -> RegisteredArchive:
        with self._lock():
            self._check_name(registered.name)  # another command may have taken it meanwhile
            try:
                if clone and catalogue:
                    target = self.path / registered.path
                    if target.exists():  # left by a command that was killed before it could register it
                        shutil.rmtree(target)
                    clone.rename(target)
                    self._catalogue_path(registered.name).parent.mkdir(exist_ok=True)
                    catalogue.rename(self._catalogue_path(registered.name))
            except OSError as error:
                raise unwritable(self.path, error) from error
            archives = sorted([*self.archives(), registered], key=lambda archive: archive.name)
            data = _Register(archives=tuple(archives)).model_dump(mode="json")
            write_atomically(self._register_path, json.dumps(data, indent=2, ensure_ascii=False).encode())
        return registered

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """Let one command at a time change the list; the lock ends with the process that holds it."""
        path = self.path / "archives.lock"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            file = path.open("ab")
        except OSError as error:
            raise unwritable(path, error) from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _update(self, registered: RegisteredArchive) -> ArchiveUpdate:
        archive = self._open(registered)
        if not isinstance(archive, GitArchive):
            return ArchiveUpdate(name=registered.name, before="", after="")
        before = archive.head
        if registered.is_owned:
            git_dir = self.path / registered.path
            _fetch_head(git_dir, registered.source)
            archive = GitArchive(registered.name, git_dir, self._catalogue_path(registered.name))
        return ArchiveUpdate(name=registered.name, before=before, after=archive.head)


def _default_name(source: str) -> str:
    if _is_address(source):
        last = re.split(r"[/:]", source.rstrip("/"))[-1]
    else:
        last = _local_path(source).resolve().name
    stem = last.removesuffix(".bundle").removesuffix(".git")
    return _UNFIT.sub("-", stem).strip("-.")


def _local_path(source: str) -> Path:
    try:
        return Path(source).expanduser()
    except RuntimeError:  # no such user, or a user without a home
        return Path(source)


def _is_address(source: str) -> bool:
    return bool(_URL.fullmatch(source) or _SCP_ADDRESS.fullmatch(source))


def _check_exists(local: Path, source: str) -> None:
    try:
        exists = local.exists()
    except (OSError, ValueError):
        exists = False
    if not exists:
        raise ConfigurationError(
            f"{printable(source)!r} is neither a file or folder here nor an https, ssh or file address."
        )


def _check_bundle(path: Path) -> None:
    try:
        with path.open("rb") as file:
            beginning = file.read(16)
    except OSError as error:
        raise ArchiveError(f"cannot read {printable(str(path))}: {error.strerror}.") from error
    if beginning not in _BUNDLE_SIGNATURES:
        raise ArchiveError(
            f"{printable(str(path))} is not a git bundle; a single document is read with --file."
        )


def _register_folder(root: Path, name: str) -> RegisteredArchive:
    """Decide how a local folder is read: as git where its history holds documents, else as files."""
    git_dir = root / ".git" if (root / ".git").exists() else root
    refusal: ClauseproofError | None = None
    if git_dir != root or ((root / "HEAD").is_file() and (root / "objects").is_dir()):
        try:
            git_dir = Path(
                run_git(["rev-parse", "--absolute-git-dir"], place=printable(str(root)), git_dir=git_dir)
                .decode("utf-8", "surrogateescape")
                .rstrip("\n")
            )
            _check_documents(GitArchive(name, git_dir), str(root))
            return RegisteredArchive(name=name, kind="git", path=str(git_dir), source=str(root))
        except ArchiveError as error:
            refusal = error
    archive = FolderArchive(name, root)
    if refusal and not archive.services():
        raise refusal
    _check_documents(archive, str(root))
    return RegisteredArchive(name=name, kind="folder", path=str(root), source=str(root))


def _check_documents(archive: Archive, source: str) -> None:
    if not archive.services():
        raise ArchiveError(
            f"{printable(source)} holds no documents: expected <Service>/<Document>.md; see docs/archives.md."
        )


@contextlib.contextmanager
def _temporary_folder(parent: Path, name: str) -> Iterator[Path]:
    try:
        parent.mkdir(parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(dir=parent, prefix=f".{name}."))
    except OSError as error:
        raise unwritable(parent, error) from error
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _run_remote(arguments: list[str], source: str, git_dir: Path | None = None) -> bytes:
    """Run git on a source; an error names it without its password."""
    try:
        return run_git(arguments, place=printable(_without_password(source)), git_dir=git_dir)
    except ArchiveError as error:
        message = str(error).replace(source, _without_password(source))
        hint = " The bundle is truncated or damaged; copy it again." if "early EOF" in message else ""
        raise ArchiveError(message + hint) from error


def _fetch_head(git_dir: Path, source: str) -> None:
    """Move a clone's HEAD to its source's, whatever the source now calls its main branch."""
    place = printable(source)
    if _run_remote(["ls-remote", "--quiet", "origin", "HEAD"], source, git_dir):
        _run_remote(["fetch", "--quiet", "--no-tags", "origin", "HEAD"], source, git_dir)
        run_git(["update-ref", "--no-deref", "HEAD", "FETCH_HEAD"], place=place, git_dir=git_dir)
        return
    branch = run_git(["symbolic-ref", "HEAD"], place=place, git_dir=git_dir).decode(
        "utf-8", "surrogateescape"
    )
    _run_remote(["fetch", "--quiet", "--no-tags", "origin", branch.rstrip("\n")], source, git_dir)
    run_git(["update-ref", "HEAD", "FETCH_HEAD"], place=place, git_dir=git_dir)


def _settle_head(git_dir: Path, source: str) -> None:
    """Make HEAD name a commit: a source may not say which of its branches is the main one."""
    place = printable(source)
    try:
        run_git(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], place=place, git_dir=git_dir)
        return
    except ArchiveError:
        listing = run_git(
            ["for-each-ref", "--format=%(refname)", "refs/heads/"], place=place, git_dir=git_dir
        )
    branches = listing.decode("utf-8", "surrogateescape").split("\n")[:-1]
    preferred = [branch for branch in ("refs/heads/main", "refs/heads/master") if branch in branches]
    if not preferred and len(branches) != 1:
        raise ArchiveError(f"{place} holds {'no commits' if not branches else 'no main branch'}.")
    run_git(["symbolic-ref", "HEAD", (preferred or branches)[0]], place=place, git_dir=git_dir)


def _without_password(source: str) -> str:
    if not _URL.fullmatch(source):
        return source
    host = urlsplit(source).netloc
    return source.replace(host, host.rpartition("@")[2], 1) if "@" in host else source
