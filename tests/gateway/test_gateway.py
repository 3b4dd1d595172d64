"""The Jupyter Server beside us: which is meant, what passes through, what is said if it cannot."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from wasmnb.cli import serve
from wasmnb.cli.main import main
from wasmnb.gateway.upstream import Upstream, parse_upstream
from wasmnb.server.config import Config

from ..http import TOKEN
from ..jupyter import TOKEN as THEIRS
from ..jupyter import Stock, stock_jupyter
from ..server.live import live

OURS = {"Authorization": f"token {TOKEN}"}


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    with stock_jupyter(tmp_path_factory.mktemp("theirs")) as stock:
        yield stock


@pytest.fixture
def base(stock: Stock, folder: Path) -> Iterator[str]:
    """Our server with that one beside it."""
    config = Config(folder, token=TOKEN, upstream=parse_upstream(stock.url, THEIRS))
    with live(config) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("given", "url", "token"),
    [
        ("http://h:1", "http://h:1", ""),
        ("http://h:1/lab?token=abc", "http://h:1", "abc"),
        ("https://hub.org/user/me/lab/tree/a.ipynb", "https://hub.org/user/me", ""),
        ("https://hub.org/user/me/?token=abc", "https://hub.org/user/me", "abc"),
        ("http://h/tree", "http://h", ""),
    ],
)
def test_the_address_of_a_page_names_its_server(given: str, url: str, token: str) -> None:
    found = parse_upstream(given)
    assert (found.url, found.token) == (url, token)
    assert parse_upstream(given, THEIRS) == replace(found, token=THEIRS)


def test_a_kernel_is_started_talked_to_and_ended_through_us(base: str, stock: Stock) -> None:
    started = httpx.post(f"{base}/api/kernels", headers=OURS, json={"name": "python3"}, timeout=60)
    kernel = started.json()["id"]
    assert [each["id"] for each in stock.ask("GET", "api/kernels")] == [kernel]
    url = f"{socket_to(base, kernel)}?session_id=1"
    with connect(url, additional_headers=OURS, subprotocols=[V1]) as channels:
        assert channels.subprotocol == V1
        assert b'"msg_type": "status"' in bytes(channels.recv(60))  # type: ignore[arg-type]
    assert httpx.delete(f"{base}/api/kernels/{kernel}", headers=OURS).status_code == 204
    assert stock.ask("GET", "api/kernels") == []


V1 = Subprotocol("v1.kernel.websocket.jupyter.org")


def test_logos_are_found_where_the_list_says(base: str) -> None:
    [spec] = httpx.get(f"{base}/api/kernelspecs", headers=OURS).json()["kernelspecs"].values()
    logo = httpx.get(base + spec["resources"]["logo-64x64"], headers=OURS)
    assert logo.headers["content-type"] == "image/png"


def test_a_refusal_of_that_server_is_passed_on(base: str) -> None:
    nobody = UUID(int=1)
    answer = httpx.get(f"{base}/api/kernels/{nobody}", headers=OURS)
    assert answer.status_code == 404
    assert answer.json()["message"] == f"Kernel does not exist: {nobody}"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "token wrong"}])
def test_a_stranger_gets_no_socket(base: str, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        connect(socket_to(base, "1"), additional_headers=headers)


def test_a_reader_gets_a_socket_from_our_page_and_with_its_key_alone(base: str) -> None:
    started = httpx.post(f"{base}/api/kernels", headers=OURS, json={"name": "python3"}, timeout=60)
    url = socket_to(base, started.json()["id"])
    with httpx.Client(follow_redirects=True) as reader:
        page = reader.get(f"{base}/lab", params={"token": TOKEN}).text
        [cookie] = [f"{name}={value}" for name, value in reader.cookies.items()]
    key = re.search(r'"key": "([^"]+)"', page)
    assert key
    asked = {"key": key[1]}
    headers = {"Cookie": cookie}
    with connect(f"{url}?{urlencode(asked)}", additional_headers=headers, origin=Origin(base)):
        pass
    for query, origin in [({}, base), ({"key": "wrong"}, base), (asked, "http://elsewhere.org")]:
        where = f"{url}?{urlencode(query)}"
        with pytest.raises(InvalidStatus, match="403"):
            connect(where, additional_headers=headers, origin=Origin(origin))
    httpx.delete(f"{base}/api/kernels/{started.json()['id']}", headers=OURS)


def socket_to(base: str, kernel: str) -> str:
    return f"ws{base.removeprefix('http')}/api/kernels/{kernel}/channels"


def test_the_kernels_of_that_server_are_not_for_strangers(base: str) -> None:
    assert httpx.get(f"{base}/api/kernels").status_code == 403


def test_its_files_are_not_passed_through(base: str, stock: Stock) -> None:
    stock.ask("PUT", "api/contents/theirs.txt", type="file", format="text", content="")
    assert httpx.get(f"{base}/api/contents/theirs.txt", headers=OURS).status_code == 404


def test_without_one_there_are_no_kernels_to_ask_for(folder: Path) -> None:
    with live(Config(folder, token=TOKEN)) as port:
        answer = httpx.get(f"http://127.0.0.1:{port}/api/kernels", headers=OURS)
    assert answer.status_code == 404


def begin(*options: str) -> str:
    """The sentence with which the command ends."""
    with pytest.raises(SystemExit) as ended:
        main(["serve", ".", "--no-browser", "--port", "0", *options])
    return str(ended.value)


def test_a_wrong_token_is_told_before_anything_opens(stock: Stock) -> None:
    url = stock.url.rstrip("/")
    said = begin("--jupyter", url, "--jupyter-token", "wrong")
    assert f"The Jupyter Server at {url} refuses the token" in said
    assert "Give its token with --jupyter-token" in said
    assert "requires a token" in begin("--jupyter", url)


def test_a_server_that_is_not_there_is_told(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert "does not answer" in begin("--jupyter", f"http://127.0.0.1:{port}")
    with live(Config(folder)) as port:
        said = begin("--jupyter", f"http://127.0.0.1:{port}/nothing")
    assert "There is no Jupyter Server at" in said


def test_an_address_without_a_scheme_is_told() -> None:
    assert "give http://HOST:PORT" in begin("--jupyter", "localhost:8888")


def test_auto_starts_a_stock_server_and_ends_it(folder: Path) -> None:
    with serve.upstream_server("auto", "", folder) as found:
        assert isinstance(found, Upstream)
        url = f"{found.url}/api/status"
        assert httpx.get(url, headers=found.headers).status_code == 200
        assert httpx.get(url).status_code == 403
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_the_token_is_in_no_picture_of_the_configuration() -> None:
    assert "secret" not in repr(parse_upstream("http://h", "secret"))


def test_what_does_not_let_us_in_later_is_a_problem_with_a_sentence(
    stock: Stock, folder: Path
) -> None:
    config = Config(folder, token=TOKEN, upstream=parse_upstream(stock.url, "wrong"))
    with live(config) as port:
        answer = httpx.get(f"http://127.0.0.1:{port}/api/kernels", headers=OURS)
    assert answer.status_code == 502
    assert "refuses the token" in answer.json()["message"]
