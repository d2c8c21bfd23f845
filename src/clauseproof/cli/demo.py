"""``clauseproof demo``: the main job on the bundled sample archive."""

from __future__ import annotations

from pathlib import Path

import click

from clauseproof.cli.analyze import DEFAULT_FOLDER, deliver
from clauseproof.cli.shared import tell


@click.command("demo")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the reports.")
@click.option("--open", "open_report", is_flag=True, help="Open the first report when it is written.")
def command(out: Path | None, open_report: bool) -> None:
    """Analyse the bundled sample archive: four fictional companies, no network, no key.

    \b
    clauseproof demo
    clauseproof demo --out /tmp/reports --open
    """
    from clauseproof.archive.folder import FolderArchive
    from clauseproof.pipeline import Analyzer, sample_archive_path

    archive = FolderArchive("sample", sample_archive_path())
    analyzer = Analyzer()
    folder = out or DEFAULT_FOLDER
    for at, service in enumerate(archive.services()):
        tell(service)
        analyzed = analyzer.analyze(archive, service, progress=lambda message: tell(f"  {message}"))
        deliver(analyzer, analyzed, ["html"], folder, open_report=open_report and at == 0)
        click.echo()
