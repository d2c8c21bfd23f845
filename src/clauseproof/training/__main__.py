"""``python -m clauseproof.training``: train the classifier and write it with its card."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from clauseproof.api import open_archive
from clauseproof.classification.model import SHIPPED
from clauseproof.knowledge import load_knowledge
from clauseproof.training.corpus import read_corpus
from clauseproof.training.fitting import extract, fit, fit_polarity, validate
from clauseproof.training.packing import pack, write_card

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.option("--labels", type=_FOLDER, default=Path("training"), help="Folder of the labelled examples.")
@click.option("--archive", required=True, help="Archive the labels refer to: a path, or a registered name.")
@click.option("--claudette", type=_FILE, required=True, help="Rows of CLAUDETTE (CC BY 4.0).")
@click.option("--out", type=click.Path(path_type=Path), default=SHIPPED, help="Where the model goes.")
def train(labels: Path, archive: str, claudette: Path, out: Path) -> None:
    """Train the classifier of practices and of polarity, and write weights and model card."""
    knowledge = load_knowledge()
    opened = open_archive(archive)
    examples = read_corpus(labels, opened, claudette, knowledge)
    features = extract(examples, knowledge)
    validated = validate(features)
    polarity = fit_polarity(examples, knowledge)
    pack(out, fit(features), validated, polarity, list(knowledge.practices))
    sources = (labels / "provisions.jsonl", labels / "sentences.jsonl", claudette)
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in sources}
    click.echo(write_card(out, examples, validated, polarity[3], list(knowledge.practices), digests))


if __name__ == "__main__":
    train()
