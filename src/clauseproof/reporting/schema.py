"""The JSON schema of a report; ``python -m clauseproof.reporting.schema > docs/report.schema.json``."""

from __future__ import annotations

import json
import sys

from clauseproof.claims import Report


def render_schema() -> str:
    """Return the JSON schema of `analyze`'s JSON."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Report.model_json_schema(mode="serialization"),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render_schema())
