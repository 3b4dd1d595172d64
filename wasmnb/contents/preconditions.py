"""Which state of a file a change is meant for, and whether that is what it finds.

What is said with `If-Match` and `If-None-Match`: https://www.rfc-editor.org/rfc/rfc9110#name-if-match
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

TAG = re.compile(r'(W/)?"([^"]*)"')
ANY = "*"


@dataclass(frozen=True)
class Expected:
    """The states a change is for (`match`) or not for (`none_match`); None: whatever there is.

    A state is the hash of a file's content. `*` is any state, but there must be something; the tag
    `"*"` is no hash, and matches nothing.
    """

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    def fits(self, is_there: bool, state: str | None) -> bool:
        return (self.match is None or is_in(self.match, is_there, state)) and (
            self.none_match is None or not is_in(self.none_match, is_there, state)
        )

    @property
    def is_anything(self) -> bool:
        return self.match is None and self.none_match is None


ANYTHING = Expected()


def is_in(states: frozenset[str], is_there: bool, state: str | None) -> bool:
    return is_there and (ANY in states or state in states)


def expected(headers: Mapping[str, str]) -> Expected:
    """The state that a request's headers name."""
    return Expected(
        strong_tags(headers.get("if-match")),
        all_tags(headers.get("if-none-match")),
    )


def strong_tags(header: str | None) -> frozenset[str] | None:
    """The tags in a header; a weak one says only that contents are alike, which is not enough."""
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
