"""Where texts come from: git archives, folders and single files, as of any date."""

from __future__ import annotations

from clauseproof.archive.base import (
    Archive,
    find_document,
    find_service,
    record_at,
    version_at,
    versions_of_service_at,
)
from clauseproof.archive.file import read_file
from clauseproof.archive.folder import FolderArchive
from clauseproof.archive.git import GitArchive
from clauseproof.archive.workspace import ArchiveUpdate, RegisteredArchive, Workspace

__all__ = [
    "Archive",
    "ArchiveUpdate",
    "FolderArchive",
    "GitArchive",
    "RegisteredArchive",
    "Workspace",
    "find_document",
    "find_service",
    "read_file",
    "record_at",
    "version_at",
    "versions_of_service_at",
]
