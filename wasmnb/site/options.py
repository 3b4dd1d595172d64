"""The options of `wasmnb build`: one table for the command line, `[tool.wasmnb]` and the reference.

A field of `Options` is an option. Its type says what a value may be, its `Meta` what it is for:
`wasmnb.cli.build` makes the arguments from it, `checked` holds the table in pyproject.toml
against it, and the documentation is tested against `OPTIONS`.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_type_hints

import msgspec
from msgspec import Meta, Struct

from wasmnb.errors import Unusable

NO_LIMIT = -1  # as in Jupyter

Text = Annotated[str, Meta(pattern=r"\S")]


def option(
    help: str,
    expected: str,
    metavar: str | None = None,
    *,
    short: str | None = None,
    in_file: bool = True,
) -> Meta:
    """Describes an option; `expected` completes "it must be ..."."""
    extra = {"expected": expected, "metavar": metavar, "short": short, "in_file": in_file}
    return Meta(description=help, extra=extra)


TRUE_OR_FALSE = "true or false"


class Options(Struct, frozen=True, kw_only=True, rename="kebab"):
    """The options of a site; None has a default that depends on other settings."""

    output: Annotated[
        Text | None,
        option(
            "folder to write the site to (default: FOLDER/site)",
            "the name of a folder",
            "SITE",
            short="-o",
        ),
    ] = None
    title: Annotated[
        Text | None,
        option("title of the site (default: the name of the project or folder)", "a text"),
    ] = None
    description: Annotated[
        Text | None, option("description of the site, in one sentence", "a text")
    ] = None
    language: Annotated[
        Text, option("language of the notebooks' text (default: en)", "a text, as in 'en'")
    ] = "en"
    exclude: Annotated[
        tuple[Text, ...],
        option(
            "files to leave out, such as 'drafts/*'",
            "a list of patterns, as in ['drafts', '*.tmp']",
            "PATTERN",
        ),
    ] = ()
    index: Annotated[
        Text | None,
        option(
            "package index that %pip uses in notebooks", "the address of a package index", "URL"
        ),
    ] = None
    pyodide: Annotated[
        Text | None,
        option(
            "folder, archive or URL of a Pyodide distribution; packages come from it, and Python, "
            "too, if its version differs",
            "a folder, an archive or an address",
            "PLACE",
        ),
    ] = None
    allow_missing: Annotated[
        bool,
        option("build even if packages that the notebooks import are not available", TRUE_OR_FALSE),
    ] = False
    upgrade: Annotated[
        bool,
        option(
            "use the newest packages instead of those in wasmnb.lock", TRUE_OR_FALSE, in_file=False
        ),
    ] = False
    execute: Annotated[
        bool, option("run the notebooks first, with the browser's Python", TRUE_OR_FALSE)
    ] = False
    allow_errors: Annotated[
        bool, option("with --execute: build even if a notebook fails", TRUE_OR_FALSE)
    ] = False
    timeout: Annotated[
        int,
        option(
            "with --execute: time limit for each cell (default: -1, no limit)",
            "a number of whole seconds, or -1 for no limit",
            "SECONDS",
        ),
    ] = NO_LIMIT
    bake: Annotated[
        bool | tuple[Text, ...],
        option(
            "import the notebooks' packages into the snapshot that kernels start from (default: "
            "yes); --bake also retries packages that failed before",
            "true, false or a list of packages, as in ['networkx']",
        ),
    ] = True

    def __post_init__(self) -> None:
        if self.timeout < NO_LIMIT or self.timeout == 0:
            raise ValueError("no time limit for a cell")


@dataclass(frozen=True)
class Option:
    """An option, as the command line and the documentation show it."""

    name: str
    """As it is written in pyproject.toml, and after `--` on the command line."""
    field: str
    type: Any
    default: Any
    help: str
    expected: str
    metavar: str | None
    short: str | None
    in_file: bool
    """It can be set under `[tool.wasmnb]`, too."""

    def read(self, value: object, *, is_text: bool = False) -> Any:
        """The value, of the option's type; ValidationError if it is of another."""
        found = msgspec.convert({self.name: value}, Options, strict=not is_text)
        return getattr(found, self.field)


def described() -> Mapping[str, Option]:
    hints = get_type_hints(Options, include_extras=True)
    found = {}
    for field in msgspec.structs.fields(Options):
        kind, *_, about = get_args(hints[field.name])
        found[field.encode_name] = Option(
            field.encode_name,
            field.name,
            kind,
            field.default,
            help=about.description,
            **about.extra,
        )
    return found


OPTIONS = described()


def checked(table: Mapping[str, Any]) -> dict[str, Any]:
    """The values of `[tool.wasmnb]`; Unusable if one is not known or of another type."""
    known = [name for name, it in OPTIONS.items() if it.in_file]
    found = {}
    for name, value in table.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            meant = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}."
            raise Unusable(f"[tool.wasmnb] in pyproject.toml has no option {name!r}; {meant}")
        option = OPTIONS[name]
        try:
            found[option.field] = option.read(value)
        except msgspec.ValidationError as error:
            raise Unusable(
                f"{name!r} under [tool.wasmnb] in pyproject.toml must be {option.expected}, and "
                f"is {value!r}."
            ) from error
    return found
