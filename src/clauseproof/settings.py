"""What a user can set, read once at the edge: the workspace's settings file, then the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from clauseproof.errors import ConfigurationError

DEFAULT_WORKSPACE = Path(".clauseproof")
_PREFIX = "CLAUSEPROOF_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a run; secrets are not among them and come from the environment only.

    Attributes:
        workspace: Folder for state: registered archives, clones, the search index.
        embedder: ``static`` (shipped, no network) or ``openai:MODEL``.
        embedder_base_url: Endpoint for an OpenAI-compatible embedder; None for OpenAI's own.
    """

    workspace: Path = DEFAULT_WORKSPACE
    embedder: str = "static"
    embedder_base_url: str | None = None


def load_settings(workspace: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        workspace: From the command line; goes before ``CLAUSEPROOF_WORKSPACE``.
        environment: The process's own where left out.

    Returns:
        Defaults, overlaid by ``<workspace>/settings.toml``, overlaid by ``CLAUSEPROOF_*`` variables.

    Raises:
        ConfigurationError: The workspace is no folder, or the file is malformed or holds an unknown
            setting; names file and setting.
    """
    variables = os.environ if environment is None else environment
    folder = workspace or Path(variables.get(f"{_PREFIX}WORKSPACE") or DEFAULT_WORKSPACE)
    path = folder / "settings.toml"
    names = [field.name for field in fields(Settings) if field.name != "workspace"]
    chosen: dict[str, str] = {}
    for name, value in _read_file(path).items():
        if name not in names:
            raise ConfigurationError(f"{path}: unknown setting {name!r}; known are {', '.join(names)}.")
        if not isinstance(value, str):
            raise ConfigurationError(f"{path}: {name} must be a text in quotation marks.")
        chosen[name] = value
    for name in names:
        from_environment = variables.get(f"{_PREFIX}{name.upper()}")
        if from_environment:
            chosen[name] = from_environment
    return Settings(folder, **chosen)


def _read_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except NotADirectoryError as error:
        raise ConfigurationError(
            f"{path.parent} is not a folder; choose another with --workspace."
        ) from error
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
