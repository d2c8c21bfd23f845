"""What a user can set, read once at the edge: the workspace's settings file, then the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
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
        ConfigurationError: The file is malformed or holds an unknown setting; names file and setting.
    """
    variables = os.environ if environment is None else environment
    folder = workspace or Path(variables.get(f"{_PREFIX}WORKSPACE") or DEFAULT_WORKSPACE)
    settings = Settings(workspace=folder)
    path = folder / "settings.toml"
    names = [field.name for field in fields(Settings) if field.name != "workspace"]
    for name, value in _read_file(path).items():
        if name not in names:
            raise ConfigurationError(f"{path}: unknown setting {name!r}; known are {', '.join(names)}.")
        if not isinstance(value, str):
            raise ConfigurationError(f"{path}: {name} must be a text in quotation marks.")
        settings = replace(settings, **{name: value})
    for name in names:
        value = variables.get(f"{_PREFIX}{name.upper()}")
        if value:
            settings = replace(settings, **{name: value})
    return settings


def _read_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
