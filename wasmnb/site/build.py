"""Builds a site or a single file, and shows how far it is and what came of it.

A build has three turns: `prepare` resolves, executes and bakes; `site_files` lists what the site
consists of; `write` puts on disk what has changed.
"""

from collections.abc import Iterable

from rich.console import Console
from rich.progress import track
from rich.table import Table

from wasmnb.site.config import SiteConfig
from wasmnb.site.files import site_files
from wasmnb.site.prepare import prepare
from wasmnb.site.reporter import Reporter
from wasmnb.site.single_file import single_file
from wasmnb.site.writer import Written, write

MEGABYTE = 1_000_000


def build_site(config: SiteConfig) -> None:
    """Builds the site of a folder into the output folder."""
    console = Console(stderr=True)
    with console.status("Looking for what the notebooks need") as status:
        site = prepare(config, Reporter(console.print, status.update))
        files = list(site_files(site))
    steps = track(
        write(files, config.site),
        description="Building",
        total=len(files),
        console=console,
        transient=True,
    )
    console.print(table(list(steps)))
    console.print(f"The site is in {config.site}", highlight=False, soft_wrap=True)


def build_single_file(config: SiteConfig) -> None:
    """Builds one HTML file of one notebook."""
    console = Console(stderr=True)
    with console.status("Packing the notebook with what runs it") as status:
        data = single_file(prepare(config, Reporter(console.print, status.update)))
    config.site.parent.mkdir(parents=True, exist_ok=True)
    config.site.write_bytes(data)
    size = f"{len(data) / MEGABYTE:.1f} MB"
    console.print(f"The notebook is in {config.site}, {size}", highlight=False, soft_wrap=True)


def table(written: list[Written]) -> Table:
    """The number and size of the site's files, group by group."""
    shown = Table("", "files", "MB", "new or changed", title="The site", title_justify="left")
    for column in shown.columns[1:]:
        column.justify = "right"
    groups = dict.fromkeys(each.file.group for each in written)
    for group in groups:
        shown.add_row(group, *counts(each for each in written if each.file.group == group))
    shown.add_section()
    shown.add_row("together", *counts(written))
    return shown


def counts(written: Iterable[Written]) -> tuple[str, str, str]:
    files = list(written)
    size = sum(each.size for each in files) / MEGABYTE
    return str(len(files)), f"{size:.2f}", str(sum(each.is_new for each in files))
