"""Whatever is asked that the description allows, and much that it does not, is answered as it says.

Schemathesis makes the requests up: https://schemathesis.readthedocs.io
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from wasmnb.server.config import Config
from wasmnb.server.handlers.openapi import DESCRIPTION

from .live import live

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

SOME = settings(
    max_examples=10,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

schema = schemathesis.openapi.from_dict(DESCRIPTION)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with TemporaryDirectory() as served:
        for name, text in {"a.txt": "text", "n.ipynb": "{}", "d/x": "x"}.items():
            file = Path(served, name)
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        with live(Config(folder=Path(served))) as port:
            yield f"http://127.0.0.1:{port}"


@schema.parametrize()
@SOME
def test_answers_are_as_described(case: schemathesis.Case[Any], url: str) -> None:
    case.call_and_validate(base_url=url, checks=CHECKS, allow_redirects=False)
