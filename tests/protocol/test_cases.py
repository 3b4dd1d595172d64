"""Every message of the specification, on every kernel."""

import pytest

from .case import Case
from .cases import CASES
from .line import Line
from .player import play


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_a_case_goes_as_expected(line: Line, row: str, case: Case) -> None:
    if row not in case.not_on:
        assert play(case, line, row) == []
