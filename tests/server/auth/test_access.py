"""Who is let in, and from where: token, log-in, and pages of other sites."""

import re
import time
from pathlib import Path

import httpx
import pytest

from wasmnb.server.auth.throttle import LoginThrottle

from ...http import TOKEN, Connect, Talk, page_key

SAVE = b'{"type": "file", "format": "text", "content": "x"}'


@pytest.mark.parametrize("header", [f"token {TOKEN}", f"Bearer {TOKEN}", f"bearer  {TOKEN}"])
async def test_a_program_with_the_token_is_let_in(reader: httpx.AsyncClient, header: str) -> None:
    answer = await reader.get("/api/contents", headers={"Authorization": header})
    assert answer.status_code == 200


async def test_the_token_may_stand_in_the_address(reader: httpx.AsyncClient) -> None:
    assert (await reader.get(f"/api/contents?token={TOKEN}")).status_code == 200
    saved = await reader.put(f"/api/contents/a.txt?token={TOKEN}", content=SAVE)
    assert saved.status_code == 201


@pytest.mark.parametrize(
    "header", ["", "token", "token ", f"token {TOKEN}x", f"Basic {TOKEN}", TOKEN, "token \xfc"]
)
async def test_a_program_without_it_is_not(reader: httpx.AsyncClient, header: str) -> None:
    for url in ("/api/contents", "/api/contents/a.txt", "/api/me", "/api/status", "/api/spec.json"):
        answer = await reader.get(url, headers={b"Authorization": header.encode("latin-1")})
        assert answer.status_code == 403
        assert "token" in answer.json()["message"]


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
async def test_nothing_is_changed_without_it(reader: httpx.AsyncClient, method: str) -> None:
    answer = await reader.request(method, "/api/contents/a.txt?token=wrong", content=SAVE)
    assert answer.status_code == 403


async def test_the_version_is_no_secret(reader: httpx.AsyncClient) -> None:
    assert "version" in (await reader.get("/api")).json()


async def test_a_page_opened_with_the_token_goes_on_without_it(reader: httpx.AsyncClient) -> None:
    answer = await reader.get(f"/lab/tree/a%20b.ipynb?token={TOKEN}&reset")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/lab/tree/a%20b.ipynb?reset=")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("wasmnb-8888=")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} < set(cookie.split("; "))
    assert TOKEN not in cookie
    assert (await reader.get("/lab")).status_code == 200
    assert (await reader.get("/api/contents")).status_code == 200


async def test_a_reader_who_is_not_in_is_sent_to_the_log_in(reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/lab/tree/a%20b.ipynb?reset")
    assert answer.headers["Location"] == "/login?next=%2Flab%2Ftree%2Fa%2520b.ipynb%3Freset"
    page = await reader.get(answer.headers["Location"])
    assert "Log in to wasmnb" in page.text
    found = re.search(r'action="([^"]+)"', page.text)
    assert found
    answer = await reader.post(found[1], data={"token": TOKEN})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/lab/tree/a%20b.ipynb?reset")
    assert (await reader.get("/lab")).status_code == 200


async def test_a_wrong_token_is_said_to_be_wrong(reader: httpx.AsyncClient) -> None:
    answer = await reader.post("/login?next=/tree", data={"token": "guess"})
    assert answer.status_code == 401
    assert "in the URL that the server printed" in answer.text
    assert "next=%2Ftree" in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\r\nSet-Cookie: a=b",
        "evil.example",
        "",
    ],
)
async def test_a_log_in_leads_to_no_other_site(reader: httpx.AsyncClient, onward: str) -> None:
    answer = await reader.post("/login", params={"next": onward}, data={"token": TOKEN})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/lab")


async def test_an_address_with_the_token_leads_to_no_other_site(
    reader: httpx.AsyncClient,
) -> None:
    answer = await reader.get(f"http://127.0.0.1:8888//evil.example/%2e%2e?token={TOKEN}")
    assert answer.headers["Location"] == "/lab"


async def test_who_is_in_is_not_asked_again(reader: httpx.AsyncClient) -> None:
    await reader.get(f"/lab?token={TOKEN}")
    assert (await reader.get("/login?next=/tree")).headers["Location"] == "/tree"


async def test_a_log_out_ends_the_session(reader: httpx.AsyncClient) -> None:
    await reader.get(f"/lab?token={TOKEN}")
    stolen = dict(reader.cookies)
    assert (await reader.get("/logout")).headers["Location"] == "/login"
    assert (await reader.get("/api/contents")).status_code == 403
    reader.cookies.update(stolen)
    assert (await reader.get("/api/contents")).status_code == 403


@pytest.mark.parametrize("cookie", ["", "x", "x.", ".", ".x", "a.b.c", "\xff.\xff", "[object]"])
async def test_a_made_up_cookie_opens_nothing(reader: httpx.AsyncClient, cookie: str) -> None:
    header = f"junk; a=b; wasmnb-8888={cookie}".encode("latin-1")
    answer = await reader.get("/api/contents", headers={b"Cookie": header})
    assert answer.status_code == 403


async def test_cookies_of_other_programs_do_not_matter(reader: httpx.AsyncClient) -> None:
    await reader.get(f"/lab?token={TOKEN}")
    session = reader.cookies["wasmnb-8888"]
    header = f'other={{"a": 1}}; b c; wasmnb-8889=x; wasmnb-8888={session}'
    answer = await reader.get("/api/contents", headers={"Cookie": header})
    assert answer.status_code == 200


# --- pages of other sites ---

ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:9999"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "http://127.0.0.1:8888.evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", ELSEWHERE)
async def test_a_page_of_another_site_changes_nothing(
    reader: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    await reader.get(f"/lab?token={TOKEN}")
    for method, url in [
        ("PUT", "/api/contents/a.txt"),
        ("POST", "/api/contents"),
        ("POST", "/login"),
        ("DELETE", "/api/contents/a.txt"),
    ]:
        answer = await reader.request(method, url, headers=headers, content=SAVE)
        assert answer.status_code == 403
        assert "another site" in answer.text


@pytest.mark.parametrize("headers", ELSEWHERE)
async def test_nor_does_it_without_a_token_to_protect(
    connect: Connect, headers: dict[str, str]
) -> None:
    async with connect(token="") as reader:
        answer = await reader.put("/api/contents/a.txt", headers=headers, content=SAVE)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:8888", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_our_own_page_saves(reader: httpx.AsyncClient, headers: dict[str, str]) -> None:
    key = await page_key(reader)
    answer = await reader.put("/api/contents/a.txt", headers={**headers, **key}, content=SAVE)
    assert answer.status_code == 201


async def test_the_cookie_alone_saves_nothing(reader: httpx.AsyncClient) -> None:
    await reader.get(f"/lab?token={TOKEN}")
    answer = await reader.put("/api/contents/a.txt", content=SAVE)
    assert answer.status_code == 403


async def test_a_program_with_the_token_may_be_anywhere(reader: httpx.AsyncClient) -> None:
    headers = {"Authorization": f"token {TOKEN}", "Origin": "https://other.example"}
    answer = await reader.put("/api/contents/a.txt", headers=headers, content=SAVE)
    assert answer.status_code == 201


async def test_a_link_on_another_site_opens_the_page_of_who_is_in(
    reader: httpx.AsyncClient,
) -> None:
    """Browsers hide our cookie from its request; the next is one of our own page, and shows it."""
    answer = await reader.get("/lab/tree/a.ipynb?x", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert 'content="0;url=/lab/tree/a.ipynb?x"' in answer.text
    answer = await reader.get(
        f"/lab/tree/a.ipynb?token={TOKEN}", headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert 'content="0;url=/lab/tree/a.ipynb"' in answer.text
    assert "Set-Cookie" in answer.headers


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8888",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "localhost/static/",
        "localhost/static/?",
        "evil@localhost",
        "localhost:8888@evil.example",
        "192.168.0.1",
        "[::2]",
        "[",
        "",
    ],
)
async def test_a_name_that_is_not_ours_is_refused(reader: httpx.AsyncClient, host: str) -> None:
    headers = {"Host": host, "Authorization": f"token {TOKEN}"}
    answer = await reader.get("/api/contents", headers=headers)
    assert answer.status_code == 403
    assert "not a name of this server" in answer.json()["message"]


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8888", "LOCALHOST", "127.0.0.1:1", "[::1]:8888", "127.0.0.2"]
)
async def test_a_name_of_this_computer_is_ours(reader: httpx.AsyncClient, host: str) -> None:
    headers = {"Host": host, "Authorization": f"token {TOKEN}"}
    assert (await reader.get("/api/contents", headers=headers)).status_code == 200


async def test_a_server_for_others_answers_to_any_name_with_the_token(connect: Connect) -> None:
    async with connect(ip="0.0.0.0") as reader:  # noqa: S104  nothing listens in this test
        for path, status in [("/api/contents", 403), (f"/api/contents?token={TOKEN}", 200)]:
            answer = await reader.get(path, headers={"Host": "lab.example"})
            assert answer.status_code == status


async def test_a_host_header_makes_no_path_public(connect: Connect) -> None:
    async with connect(ip="0.0.0.0") as reader:  # noqa: S104  nothing listens in this test
        answer = await reader.get("/api/contents", headers={"Host": "x/static/?"})
    assert answer.status_code == 403


async def test_without_a_token_everyone_on_this_computer_is_let_in(connect: Connect) -> None:
    async with connect(token="") as reader:
        assert (await reader.get("/lab")).status_code == 200
        assert (await reader.put("/api/contents/a.txt", content=SAVE)).status_code == 201
        assert (await reader.get("/login")).headers["Location"] == "/lab"


@pytest.mark.parametrize(
    "path", ["/lab", "/api", "/api/contents", "/static/lab.css", "/no", "/login"]
)
async def test_every_answer_has_the_headers_that_isolate_it(
    reader: httpx.AsyncClient, path: str
) -> None:
    headers = (await reader.get(path)).headers
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "credentialless"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]


# --- guessing ---


async def test_who_guesses_too_often_is_not_listened_to(reader: httpx.AsyncClient) -> None:
    for number in range(10):
        assert (await reader.post("/login", data={"token": f"{number}"})).status_code == 401
    for answer in (
        await reader.post("/login", data={"token": TOKEN}),
        await reader.get("/api/contents", headers={"Authorization": f"token {TOKEN}"}),
        await reader.get(f"/lab?token={TOKEN}"),
    ):
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 6
        assert "Too many wrong tokens" in answer.text


async def test_guesses_count_wherever_they_are_made(reader: httpx.AsyncClient) -> None:
    for number in range(5):
        await reader.get(f"/api/contents?token={number}")
        await reader.get("/api/contents", headers={"Authorization": f"token {number}"})
    assert (await reader.post("/login", data={"token": TOKEN})).status_code == 429


async def test_who_is_in_is_not_shut_out_by_guesses(reader: httpx.AsyncClient) -> None:
    await reader.get(f"/lab?token={TOKEN}")
    for number in range(20):
        await reader.post("/login", data={"token": f"{number}"})
    assert (await reader.get("/api/contents")).status_code == 200


def test_one_more_guess_is_allowed_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    attempts = LoginThrottle()
    for _ in range(10):
        assert attempts.wait("1.2.3.4") == 0
        attempts.record_failure("1.2.3.4")
    assert attempts.wait("1.2.3.4") == 6
    assert attempts.wait("5.6.7.8") == 0
    clock += 6
    assert attempts.wait("1.2.3.4") == 0


def test_guessers_take_up_no_more_than_some_room() -> None:
    attempts = LoginThrottle()
    for number in range(5000):
        attempts.record_failure(str(number))
    assert len(attempts._arrival_times) == 1000


async def test_a_cookie_says_nothing_about_the_token(connect: Connect) -> None:
    """Nor can the token be guessed with cookies: they are sealed by another key at each start."""
    async with connect() as first, connect() as second:
        await first.get(f"/lab?token={TOKEN}")
        second.cookies.update(first.cookies)
        assert (await second.get("/api/contents")).status_code == 403


async def test_a_stored_script_cannot_answer_for_the_server(talk: Talk) -> None:
    talk.write("worker.js", "onfetch = () => {}")
    answer = await talk.client.get("/files/worker.js", headers={"Service-Worker": "script"})
    assert answer.status_code == 403


async def test_pages_that_only_say_something_run_nothing(talk: Talk) -> None:
    for path in ("/login", "/files/no"):
        policy = (await talk.client.get(path)).headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")


async def test_of_an_encrypted_server_cookies_are_never_sent_in_clear(
    connect: Connect, tmp_path: Path
) -> None:
    async with connect(certfile=tmp_path / "cert.pem") as reader:
        answer = await reader.get(f"/lab?token={TOKEN}")
    assert "Secure" in answer.headers["Set-Cookie"].split("; ")
