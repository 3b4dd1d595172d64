"""Links, pictures and the names of files lead to something."""

import re
from urllib.parse import unquote, urldefrag

import pytest

from .pages import PAGES, ROOT, anchors, code_spans, table, targets

# What looks like a path of the project: it begins with one of its folders.
FOLDERS = ("build", "docs", "examples", "kernels", "tests", "wasmnb", "web")
PATH = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./*-]*")
# A test of the server, as the page on security names them.
SHORT = re.compile(r"[a-z/]*test_[a-z_]+")
# Made by the build, or fetched, and so not in every checkout.
BUILT = ("wasmnb/assets", "web/node_modules")


@pytest.mark.parametrize("document", PAGES)
def test_every_link_and_picture_leads_to_something(document: str) -> None:
    missing = [target for target in targets(document) if not leads_somewhere(document, target)]
    assert not missing, f"{document} links to what is not there"


def leads_somewhere(page: str, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True  # another site's affair
    address, fragment = urldefrag(target)
    path = (ROOT / page).parent / unquote(address) if address else ROOT / page
    if not path.exists():
        return False
    if not fragment or path.suffix != ".md":
        return True
    return fragment in anchors(path.resolve().relative_to(ROOT).as_posix())


@pytest.mark.parametrize("document", PAGES)
def test_every_file_and_folder_that_is_named_is_there(document: str) -> None:
    named = [span for span in code_spans(document) if PATH.fullmatch(span)]
    missing = [span for span in named if not span.startswith(BUILT) and not is_there(span)]
    assert not missing, f"{document} names what is not there"


def test_the_tests_that_the_promises_name_are_there() -> None:
    named = [span for span in code_spans("docs/explanation/security.md") if SHORT.fullmatch(span)]
    assert named
    assert all((ROOT / "tests" / f"{name}.py").is_file() for name in named)


def test_every_folder_of_tests_is_described() -> None:
    cells = (row[0].split(", ") for row in table("CONTRIBUTING.md", "Tests"))
    described = {name.strip("`") for names in cells for name in names}
    folders = (it.parent for it in (ROOT / "tests").glob("*/*.*") if it.parent.name[0].isalpha())
    assert described == {f"tests/{folder.name}/" for folder in folders}


def is_there(span: str) -> bool:
    if "*" in span:
        return any(ROOT.glob(span))
    named = ROOT / span
    return named.is_dir() if span.endswith("/") else named.exists()


def test_every_page_is_reached_from_the_readme() -> None:
    seen, ahead = set[str](), ["README.md"]
    while ahead:
        page = ahead.pop()
        if page in seen:
            continue
        seen.add(page)
        for target in targets(page):
            address = urldefrag(target)[0]
            if address.endswith(".md") and ":" not in address:
                path = ((ROOT / page).parent / address).resolve().relative_to(ROOT).as_posix()
                ahead += [path] if path in PAGES else []
    assert set(PAGES) <= seen
