"""What a user can set, read once at the edge: the workspace's settings file, then the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

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
        model: Language model that drafts, ``provider:name``; None for the offline analyst alone.
        model_base_url: Endpoint of an OpenAI-compatible server; None for the provider's own.
        model_concurrency: How many calls run at once.
        model_requests_per_minute: The most calls begun in a minute; None for no limit.
        model_tokens_per_minute: The most tokens sent and asked for in a minute; None for no limit.
        model_timeout_seconds: How long one call may take.
        model_deadline_seconds: How long one call and its repetitions may take together.
        model_max_output_tokens: The most tokens of one reply.
    """

    workspace: Path = DEFAULT_WORKSPACE
    embedder: str = "static"
    embedder_base_url: str | None = None
    model: str | None = None
    model_base_url: str | None = None
    model_concurrency: int = 4
    model_requests_per_minute: int | None = None
    model_tokens_per_minute: int | None = None
    model_timeout_seconds: int = 120
    model_deadline_seconds: int = 600
    model_max_output_tokens: int = 4096


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
    kinds = {field.name: str(field.type) for field in fields(Settings) if field.name != "workspace"}
    chosen: dict[str, Any] = {}
    for name, value in _read_file(path).items():
        if name not in kinds:
            raise ConfigurationError(f"{path}: unknown setting {name!r}; known are {', '.join(kinds)}.")
        chosen[name] = _read_value(f"{path}: {name}", value, kinds[name])
    for name, kind in kinds.items():
        variable = f"{_PREFIX}{name.upper()}"
        from_environment = variables.get(variable)
        if from_environment:
            chosen[name] = _read_value(variable, from_environment, kind)
    return Settings(folder, **chosen)


def _read_value(place: str, value: object, kind: str) -> str | int:
    if not kind.startswith("int"):
        if not isinstance(value, str):
            raise ConfigurationError(f"{place} must be a text in quotation marks.")
        return value
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ConfigurationError(f"{place} must be a whole number of at least 1, not {text[:40]!r}.")
    return int(text)


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
