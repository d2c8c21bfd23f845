"""Tasks: every module of this package but `base` defines one as ``TASK``; a new file is a new task."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache

from clauseproof.errors import EvaluationError
from clauseproof.evaluation.tasks.base import Task


@lru_cache(maxsize=1)
def known_tasks() -> dict[str, Task]:
    """Return every task by its name."""
    modules = sorted(found.name for found in pkgutil.iter_modules(__path__) if found.name != "base")
    tasks = [importlib.import_module(f"{__name__}.{name}").TASK for name in modules]
    return {task.name: task for task in tasks}


def find_task(name: str) -> Task:
    """Return a task by its name.

    Raises:
        EvaluationError: There is none; names those there are.
    """
    tasks = known_tasks()
    if name not in tasks:
        raise EvaluationError(f"there is no task {name[:60]!r}; there are {', '.join(tasks)}.")
    return tasks[name]
