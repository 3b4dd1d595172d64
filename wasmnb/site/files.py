"""What a site consists of, and how it gets onto a disk.

A site holds the files of a folder, the listings that the contents API would give of it, a page
for each notebook, and the interface with its kernel. Nothing on its host has to run.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from wasmnb import __version__
from wasmnb.contents.manager import Contents
from wasmnb.errors import Unusable
from wasmnb.manifest import PACKED, PACKING, SIBLINGS, read_json
from wasmnb.pages.app_page import Page, Place
from wasmnb.site.config import SiteConfig
from wasmnb.site.execute import executed
from wasmnb.site.hosting import HOST_FILES
from wasmnb.site.packages.bake import baked, narrowed
from wasmnb.site.packages.distribution import distribution
from wasmnb.site.packages.environment import Environment, environment
from wasmnb.site.packages.runtime import runtime
from wasmnb.site.pages import Pages
from wasmnb.site.published import Shipped
from wasmnb.site.reporter import Talk

RECORD = "site.json"
VERSION = "version.json"


class Clash(Unusable):
    """Two files want one path."""


@dataclass(frozen=True)
class File:
    """A file of a site: made only if what it is made from has changed."""

    path: str
    group: str
    source: str  # a digest of all that it is made from
    make: Callable[[], bytes]


@dataclass(frozen=True)
class Written:
    """What became of a file: as it was, or new."""

    file: File
    size: int
    is_new: bool


def site(config: SiteConfig, talk: Talk) -> Iterator[File]:
    """All that the site consists of; what its user ought to know is said."""
    all_parts = []
    for file in parts(config, talk):
        all_parts.append(f"{file.path} {file.source}")
        yield file
    # By which pages in readers' browsers notice that the site has been published anew.
    version = encoded({"version": digest("\n".join(sorted(all_parts)).encode())})
    yield made(VERSION, "interface", version)


def parts(config: SiteConfig, talk: Talk) -> Iterator[File]:
    """What people come for, and what makes it work."""
    config, shipped, found = prepared(config, talk)
    lock = (found.path, len(found.kernel_lock)) if found else None
    place = Place("../", config.title, lock, config.runtime)
    page = Page(Path("/"), config.assets, config.index, site=place)
    pages = Pages(config, shipped, lock)
    yield from interface(config, has_lock=found is not None)
    yield from packages(found) if found else ()
    yield from files(shipped)
    for path, source, make in pages.all():
        yield File(path, "pages", source, make)
    yield made("lab/index.html", "interface", page.html("lab").encode())
    yield made("service-worker.js", "interface", service_worker(config.assets))
    for name, text in HOST_FILES.items():
        yield made(name, "for the host", text.encode())


Prepared = tuple[SiteConfig, Shipped, Environment | None]


def prepared(config: SiteConfig, talk: Talk) -> Prepared:
    """The folder, its notebooks executed where that is asked for, and what they are run with."""
    if not Page(Path("/"), config.assets).is_built():
        raise Unusable("This copy of wasmnb has no browser assets yet; run `make assets` in it.")
    given = distribution(config.pyodide, talk.doing) if config.pyodide else None
    config = replace(config, runtime=runtime(config.assets, given, talk.doing))
    shipped = Shipped(Contents(config.folder), config)
    found = environment(config, shipped.files, given)
    for sentence in found.missing if found else ():
        talk.say(f"Built without: {sentence}")
    if config.execute:
        run = executed(config, shipped, found, talk.say)
        shipped = Shipped(Contents(config.folder), config, run)
    if config.bake and config.baked:
        found = narrowed(found, config.baked)
    if config.bake and found:
        folder, found = baked(config.runtime, found, talk, is_asked=config.rebake)
        config = replace(config, runtime=folder)
    return config, shipped, found


def interface(config: SiteConfig, *, has_lock: bool) -> Iterator[File]:
    """What was made for the browser; most of it hosts compress by themselves."""
    files = read_json(config.runtime / "manifest.json")["files"]
    places = {name: config.runtime / it["path"] for name, it in files.items()}
    packed = {places[name] for name in PACKED & files.keys()}
    memory = places.get("snapshot.bin")
    for group, folder in (("interface", config.assets / "static"), ("Python", config.runtime)):
        for file in sorted(folder.rglob("*")):
            is_replaced = has_lock and file == places["lock.json"]
            if file.is_file() and file.suffix not in SIBLINGS.values() and not is_replaced:
                sent = file.with_name(file.name + PACKING) if file in packed else file
                path = sent.relative_to(folder.parent).as_posix()
                kind = "Python's memory" if file == memory else group
                yield File(path, kind, digest(sent.read_bytes()), sent.read_bytes)


def service_worker(assets: Path) -> bytes:
    """What is at work in a reader's browser: its place is the root of all that it is for."""
    return (assets / "site" / "service-worker.js").read_bytes()


def packages(found: Environment) -> Iterator[File]:
    """What notebooks need besides what the kernel has."""
    for path, hashed, file in found.files():
        yield File(path, "packages", hashed, file.read_bytes)
    yield made(found.path, "packages", found.kernel_lock)


def files(shipped: Shipped) -> Iterator[File]:
    """The folder's files, and its listings."""
    for path, hashed in shipped.files.items():
        yield File(f"files/{path}", "files", hashed, shipped.reader(path))
    yield made("contents.json", "files", encoded(list(shipped.listings.values())))


def made(path: str, group: str, data: bytes) -> File:
    return File(path, group, digest(data), lambda: data)


def encoded(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="backslashreplace")


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


# --- onto the disk ---

Record = dict[str, dict[str, Any]]


def write(files: Iterable[File], out: Path) -> Iterator[Written]:
    """Puts a site on disk, file by file; what an earlier one had besides is removed."""
    wanted = by_path(files)
    before = record(out)
    after: Record = {}
    for path, file in wanted.items():
        kept = unchanged(file, out / path, before.get(path))
        entry = kept or put(file, out / path)
        after[path] = entry
        yield Written(file, entry["bytes"], kept is None)
    for path in before.keys() - wanted.keys():
        remove(out, path)
    save_record(out, after)


def by_path(files: Iterable[File]) -> dict[str, File]:
    """The files by their paths; Clash if two want one, or one wants another's folder."""
    found: dict[str, File] = {}
    for file in files:
        if file.path in found:
            raise Clash(f"Two files of the site would be {file.path!r}; rename one of them.")
        found[file.path] = file
    for path in found:
        for folder in PurePosixPath(path).parents:
            if folder.as_posix() in found:
                raise Clash(
                    f"{folder.as_posix()!r} of the site would be a file, and the folder of "
                    f"{path!r}; rename one of them."
                )
    return dict(sorted(found.items()))


def record(out: Path) -> Record:
    """What an earlier build has put there; Unusable if it was not a build that did."""
    try:
        found: Record = json.loads((out / RECORD).read_text(encoding="utf-8"))["files"]
        return found
    except FileNotFoundError:
        if out.exists() and any(out.iterdir()):
            raise Unusable(
                f"{str(out)!r} is not empty, and no site that wasmnb has built; "
                "name another folder with -o."
            ) from None
        return {}
    except (ValueError, KeyError, TypeError) as error:
        raise Unusable(f"{out / RECORD} is damaged ({error}); delete the site first.") from error


def unchanged(file: File, place: Path, entry: dict[str, Any] | None) -> dict[str, Any] | None:
    """What is recorded of a file that is on the disk as it would be made."""
    if entry is None or entry["source"] != file.source or not place.is_file():
        return None
    return entry if digest(place.read_bytes()) == entry["sha256"] else None


def put(file: File, place: Path) -> dict[str, Any]:
    data = file.make()
    for folder in place.parents:
        if folder.is_file():  # of an earlier site, in which this name was a file
            folder.unlink()
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return {"source": file.source, "sha256": digest(data), "bytes": len(data)}


def remove(out: Path, path: str) -> None:
    """Takes a file away, and the folders that are empty without it."""
    place = out / path
    if place.is_file():
        place.unlink()
    for folder in place.parents:
        if folder == out or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()


def save_record(out: Path, files: Record) -> None:
    text = json.dumps({"wasmnb": __version__, "files": files}, indent=0, sort_keys=True)
    (out / RECORD).write_text(text, encoding="utf-8")
