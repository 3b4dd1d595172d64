"""Request preconditions: If-Match and If-None-Match.

https://www.rfc-editor.org/rfc/rfc9110#name-preconditions. An entity tag is the hash of a file's
content. `*` stands for any content, but there must be a file. The quoted tag `"*"` is not a hash,
and matches nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

TAG = re.compile(r'(W/)?"([^"]*)"')
ANY = "*"


@dataclass(frozen=True)
class Preconditions:
    """The entity tags of both headers; None where a header is absent."""

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    def are_met(self, exists: bool, tag: str | None) -> bool:
        return (self.match is None or matches(self.match, exists, tag)) and (
            self.none_match is None or not matches(self.none_match, exists, tag)
        )

    @property
    def is_unconditional(self) -> bool:
        return self.match is None and self.none_match is None


UNCONDITIONAL = Preconditions()


def matches(tags: frozenset[str], exists: bool, tag: str | None) -> bool:
    return exists and (ANY in tags or tag in tags)


def preconditions_in(headers: Mapping[str, str]) -> Preconditions:
    """The preconditions in a request's headers."""
    return Preconditions(
        strong_tags(headers.get("if-match")),
        all_tags(headers.get("if-none-match")),
    )


def strong_tags(header: str | None) -> frozenset[str] | None:
    """The strong tags in a header. If-Match ignores weak ones, which mean only equivalence."""
    if header is None:
        return None
    if header.strip() == ANY:
        return frozenset({ANY})
    return frozenset(tag for weak, tag in TAG.findall(header) if not weak and tag != ANY)


def all_tags(header: str | None) -> frozenset[str] | None:
    if header is None:
        return None
    if header.strip() == ANY:
        return frozenset({ANY})
    return frozenset(tag for _, tag in TAG.findall(header) if tag != ANY)
