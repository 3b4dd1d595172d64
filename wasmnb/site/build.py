"""A site is put on disk: how far that is, and at the end what it contains and weighs."""

from collections.abc import Iterable

from rich.console import Console
from rich.progress import track
from rich.table import Table

from wasmnb.site.config import SiteConfig
from wasmnb.site.files import Written, site, write
from wasmnb.site.reporter import Talk
from wasmnb.site.single_file import single

MEGABYTE = 1_000_000


def make(config: SiteConfig) -> None:
    """Builds the site that is asked for."""
    console = Console(stderr=True)
    with console.status("Looking for what the notebooks need") as status:
        files = list(site(config, Talk(console.print, status.update)))
    steps = track(
        write(files, config.output),
        description="Building",
        total=len(files),
        console=console,
        transient=True,
    )
    console.print(table(list(steps)))
    console.print(f"The site is in {config.output}", highlight=False, soft_wrap=True)


def make_single(config: SiteConfig) -> None:
    """Builds the file of one notebook that is asked for."""
    console = Console(stderr=True)
    with console.status("Packing the notebook with what runs it") as status:
        data = single(config, Talk(console.print, status.update))
    config.output.parent.mkdir(parents=True, exist_ok=True)
    config.output.write_bytes(data)
    size = f"{len(data) / MEGABYTE:.1f} MB"
    console.print(f"The notebook is in {config.output}, {size}", highlight=False, soft_wrap=True)


def table(written: list[Written]) -> Table:
    """What the site contains, group by group."""
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
    found = list(written)
    size = sum(each.size for each in found) / MEGABYTE
    return str(len(found)), f"{size:.2f}", str(sum(each.is_new for each in found))
