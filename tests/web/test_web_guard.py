"""Nothing but this page may ask: other hosts, other origins and strangers are refused, and no script runs inline."""

import pytest
from small_page import ORIGIN, guarded
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from sim.web.guard import Guard
from sim.web.settings import Settings, is_loopback


async def says_yes(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"yes"})


def client(tmp_path, base=ORIGIN, **settings):
    return TestClient(Guard(says_yes, Settings(tmp_path, port=8017, **settings)), base_url=base, follow_redirects=False)


@pytest.mark.parametrize("host", ["evil.example:8017", "127.0.0.1:9999", "127.0.0.1.evil.example:8017", ""])
def test_another_name_for_this_machine_is_refused(tmp_path, host):
    answer = client(tmp_path).get("/api/start", headers={"host": host})
    assert answer.status_code == 421
    assert set(answer.json()["error"]) == {"en", "zh"}


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_own_names_are_taken(tmp_path, name):
    assert client(tmp_path).get("/", headers={"host": f"{name}:8017"}).text == "yes"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"}, {"origin": "http://127.0.0.1:9999"}, {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
    ],
)  # fmt: skip
def test_another_page_of_the_browser_may_not_act(tmp_path, headers):
    assert client(tmp_path).post("/api/questions", headers=headers).status_code == 403


def test_the_page_itself_may_act(tmp_path):
    headers = {"origin": ORIGIN, "sec-fetch-site": "same-origin"}
    assert client(tmp_path).post("/api/questions", headers=headers).text == "yes"


def test_a_socket_of_another_page_is_closed(tmp_path):
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        TestClient(guarded(tmp_path), base_url=ORIGIN).websocket_connect(
            "ws://127.0.0.1:8017/api/live", headers={"origin": "https://evil.example", "host": "127.0.0.1:8017"}
        ),
    ):
        pass
    assert closed.value.code == 1008


def test_no_inline_script_and_nothing_from_elsewhere(tmp_path):
    policy = client(tmp_path).get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_other_machines_need_the_token_and_keep_it_out_of_the_address(tmp_path):
    page = client(tmp_path, "http://box:8017", host="0.0.0.0", token="secret")
    assert page.get("/").status_code == 401
    assert page.get("/?token=wrong").status_code == 401
    shown = page.get("/?token=secret")
    assert shown.status_code == 303
    assert shown.headers["location"] == "/"
    assert "HttpOnly" in shown.headers["set-cookie"]
    assert page.get("/").text == "yes"


def test_a_session_is_given_once_and_a_made_up_one_is_not_taken(tmp_path):
    page = client(tmp_path)
    assert "cpsim_session" in page.get("/").headers["set-cookie"]
    assert "set-cookie" not in page.get("/").headers
    assert "set-cookie" in client(tmp_path).get("/", headers={"cookie": "cpsim_session=../../etc"}).headers


def test_loopback_is_told_from_all_else():
    assert all(map(is_loopback, ("127.0.0.1", "localhost", "::1", "127.8.8.8")))
    assert not any(map(is_loopback, ("0.0.0.0", "192.168.1.2", "example.com", "::")))
