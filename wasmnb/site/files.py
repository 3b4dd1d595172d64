"""The files that a site consists of.

A site holds the files of a folder, the listings that the contents API would give of them, a static
page for each notebook, and the interface with its kernel. Its host only sends files.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wasmnb.manifest import PACKED, PACKING, SIBLINGS, read_json
from wasmnb.pages.app_page import AppPage, SiteContext
from wasmnb.site.config import SiteConfig
from wasmnb.site.hosting import HOST_FILES
from wasmnb.site.packages.environment import Environment
from wasmnb.site.pages import Pages
from wasmnb.site.prepare import PreparedSite
from wasmnb.site.published import PublishedFolder
from wasmnb.site.writer import File, digest

VERSION = "version.json"


def site_files(site: PreparedSite) -> Iterator[File]:
    """Every file of the site, and the version that changes with any of them."""
    sources = []
    for file in parts(site):
        sources.append(f"{file.path} {file.source}")
        yield file
    # Pages in readers' browsers notice by it that the site has been published anew.
    version = digest("\n".join(sorted(sources)).encode())
    yield literal(VERSION, "interface", json_bytes({"version": version}))


def parts(site: PreparedSite) -> Iterator[File]:
    config, lock = site.config, site.kernel_lock
    yield from interface(config, has_lock=lock is not None)
    if site.environment:
        yield from package_files(site.environment)
    yield from published_files(site.published)
    yield from Pages(config, site.published, lock).all()
    context = SiteContext("../", config.title, lock, config.runtime)
    app_page = AppPage(Path("/"), config.assets, config.index, site=context)
    yield literal("lab/index.html", "interface", app_page.html("lab").encode())
    yield literal("service-worker.js", "interface", service_worker(config.assets))
    for name, text in HOST_FILES.items():
        yield literal(name, "for the host", text.encode())


def interface(config: SiteConfig, *, has_lock: bool) -> Iterator[File]:
    """The browser assets; those that hosts would not compress are sent packed."""
    files = read_json(config.runtime / "manifest.json")["files"]
    assets = {name: config.runtime / it["path"] for name, it in files.items()}
    packed = {assets[name] for name in PACKED & files.keys()}
    snapshot = assets.get("snapshot.bin")
    for group, folder in (("interface", config.assets / "static"), ("Python", config.runtime)):
        for file in sorted(folder.rglob("*")):
            is_replaced = has_lock and file == assets["lock.json"]
            if file.is_file() and file.suffix not in SIBLINGS.values() and not is_replaced:
                sent = file.with_name(file.name + PACKING) if file in packed else file
                path = sent.relative_to(folder.parent).as_posix()
                shown = "Python's memory" if file == snapshot else group
                yield File(path, shown, digest(sent.read_bytes()), sent.read_bytes)


def service_worker(assets: Path) -> bytes:
    """It lies in the root of the site: a service worker controls the folder that it is in."""
    return (assets / "site" / "service-worker.js").read_bytes()


def package_files(environment: Environment) -> Iterator[File]:
    """The packages that kernels load, and the lock file that lists them."""
    for path, sha256, file in environment.files():
        yield File(path, "packages", sha256, file.read_bytes)
    yield literal(environment.path, "packages", environment.kernel_lock)


def published_files(published: PublishedFolder) -> Iterator[File]:
    """The folder's files and its directory listings."""
    for path, sha256 in published.files.items():
        yield File(f"files/{path}", "files", sha256, published.reader(path))
    yield literal("contents.json", "files", json_bytes(list(published.listings.values())))


def literal(path: str, group: str, data: bytes) -> File:
    """A file whose bytes are at hand."""
    return File(path, group, digest(data), lambda: data)


def json_bytes(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="backslashreplace")
