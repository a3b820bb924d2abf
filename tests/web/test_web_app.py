"""From a question to its answer over HTTP and a socket, with real runs of a small town; stopped and begun again."""

import io
import json
import re
import zipfile

import pytest
from open_page import CHROMIUM, FLAGS
from small_page import ORIGIN, guarded, load_town
from starlette.testclient import TestClient

from sim.web.binary import read_head

TOWN = {"part": "", "days": 6, "seeds": 2}
SOCKET = {"origin": ORIGIN}
LIVE = "ws://127.0.0.1:8017/api/live"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def page(store):
    with TestClient(guarded(store), base_url=ORIGIN) as client:
        yield client


def follow(page, name):
    """Follow a question until its runs end, and give all messages."""
    messages = []
    with page.websocket_connect(LIVE, headers=SOCKET) as socket:
        socket.send_json({"do": "follow", "id": name})
        while True:
            messages.append(socket.receive_json())
            if not messages[-1].get("progress", {"running": True})["running"]:
                return messages


@pytest.fixture(scope="module")
def answered(page):
    name = page.post("/api/questions", json=TOWN).json()["id"]
    assert page.post(f"/api/questions/{name}/ask").status_code == 200
    return name, follow(page, name)


def test_an_answer_grows_pair_by_pair_and_says_so(answered):
    answers = [one["answer"] for one in answered[1] if "answer" in one]
    assert [one["n_pairs"] for one in answers] == [1, 2]
    assert "cannot be told yet" in answers[0]["sentence"]["en"]
    assert all(row["verdict"] == "unclear" and row["low"] is None for row in answers[0]["rows"])
    assert answers[1]["done"]
    row = next(one for one in answers[1]["rows"] if one["key"] == "cost")
    assert row["difference"] == pytest.approx(row["instead"] - row["today"])
    assert row["low"] <= row["difference"] <= row["high"]


def test_account_groups_and_series_are_whole(answered):
    answer = answered[1][-2]["answer"] if "answer" in answered[1][-2] else answered[1][-1].get("answer")
    answer = answer or next(one["answer"] for one in reversed(answered[1]) if "answer" in one)
    for part in answer["account"]:
        assert part["net"]["value"] == pytest.approx(part["prevented"]["value"] - part["caused"]["value"])
    assert {one["key"] for one in answer["feelings"]} == {"security", "satisfaction", "trust"}
    assert len(answer["series"]["day"]) == len(answer["series"]["offences"]["today"])
    assert {one["by"] for one in answer["groups"]} == {"reached", "age", "tenure"}


def test_another_server_on_the_same_store_knows_the_question_and_its_answer(answered, store):
    with TestClient(guarded(store), base_url=ORIGIN) as other:
        known = other.get(f"/api/questions/{answered[0]}/answer").json()
        assert known["n_pairs"] == 2
        assert known["rows"] == next(one["answer"] for one in reversed(answered[1]) if "answer" in one)["rows"]


def test_runs_lie_where_the_command_line_would_find_them(answered, store):
    manifests = list(store.glob("runs/town-*/*/manifest.json"))
    assert {file.parent.name for file in manifests} == {f"{p}-seed{n}" for p in ("reactive", "hotspot") for n in (1, 2)}


def test_strips_come_over_the_socket(page, answered):
    with page.websocket_connect(LIVE, headers=SOCKET) as socket:
        socket.send_json({"do": "watch", "id": answered[0], "side": "instead", "hour": 30, "n": 2})
        heads = [read_head(socket.receive_bytes())[0] for _ in range(2)]
    assert [(head["side"], head["hour"]) for head in heads] == [("instead", 30), ("instead", 31)]


@pytest.mark.parametrize(
    "message",
    [
        {"do": "watch", "id": "0" * 16, "side": "today", "hour": 0},
        {"do": "watch", "id": "../../etc", "side": "today", "hour": 0},
        {"do": "nothing"},
        {"do": "watch", "side": "neither"},
        [],
    ],
)
def test_a_wrong_message_gets_a_sentence_and_the_socket_stays(page, answered, message):
    with page.websocket_connect(LIVE, headers=SOCKET) as socket:
        socket.send_json(message)
        assert set(socket.receive_json()["error"]) == {"en", "zh"}
        socket.send_json({"do": "follow", "id": answered[0]})
        assert "answer" in socket.receive_json()


def test_files_to_take_along(page, answered):
    way = f"/api/questions/{answered[0]}/take"
    question = json.loads(page.get(f"{way}/question.json").content)
    assert question["id"] == answered[0]
    again = page.post("/api/questions", json=question["question"]).json()
    assert again["id"] == answered[0]
    with zipfile.ZipFile(io.BytesIO(page.get(f"{way}/tables.zip").content)) as tables:
        assert {"compare.csv", "runs.csv", "question.json", "answer.json"} <= set(tables.namelist())
    for lang in ("en", "zh"):
        report = page.get(f"{way}/report.html?lang={lang}").text
        assert "<script" not in report
        assert "<table" in report
        assert "http" not in report.split("content-security-policy")[1].split("<body>")[0]
    assert page.get(f"{way}/report.docx").content.startswith(b"PK")
    assert page.get(f"{way}/..%2f..%2fetc").status_code in (404, 422)


def test_a_replay_holds_all_that_it_shows(page, answered):
    written = page.get(f"/api/questions/{answered[0]}/take/replay.html?from=30").text
    head = json.loads(re.search(r'id="head">(.*?)</script>', written, re.DOTALL)[1])
    assert head["n_hours"] == 24
    assert head["start"].endswith("-02")  # hour 30 lies in the second day
    assert head["provenance"]["id"] == answered[0]
    heads = head["packed"]["sides"]["today"]["heads"]
    assert [one["hour"] for one in heads] == list(range(24))
    assert all(one["minute"] < 1440.0 for some in heads for one in some["events"]["calls"])
    assert not re.search(r"https?://(?!www\.w3\.org)", written.split('id="program"')[0])
    assert len(written) < 5_000_000


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_replay_opens_from_a_disk_and_moves(page, answered, lang, tmp_path):
    play = pytest.importorskip("playwright.sync_api")
    file = tmp_path / "replay.html"
    file.write_bytes(page.get(f"/api/questions/{answered[0]}/take/replay.html?lang={lang}").content)
    faults = []
    with play.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        shown = browser.new_page(viewport={"width": 360, "height": 740})
        shown.on("pageerror", lambda error: faults.append(str(error)))
        shown.on(
            "request", lambda one: None if one.url.startswith(("file:", "blob:", "data:")) else faults.append(one.url)
        )
        shown.goto(file.as_uri(), timeout=30_000)
        shown.wait_for_selector("canvas", timeout=30_000)
        shown.wait_for_timeout(1500)
        first = shown.locator(".stage-clock").first.inner_text()
        shown.wait_for_timeout(2500)
        assert shown.locator(".stage-clock").first.inner_text() != first  # the day goes on
        browser.close()
    assert faults == []


def test_surfaces_have_a_number_for_every_street(page, answered):
    head, _ = read_head(page.get(f"/api/questions/{answered[0]}/surface/presence?side=instead").content)
    assert head["n_runs"] == 2
    assert head["n"] == 80


def test_stop_keeps_what_had_finished_and_asking_goes_on(page):
    name = page.post("/api/questions", json=TOWN | {"days": 7, "seeds": 6}).json()["id"]
    page.post(f"/api/questions/{name}/ask")
    with page.websocket_connect(LIVE, headers=SOCKET) as socket:
        socket.send_json({"do": "follow", "id": name})
        while "answer" not in socket.receive_json():
            pass
    page.post(f"/api/questions/{name}/stop")
    messages = follow(page, name)
    done = messages[-1]["progress"]["done"]
    assert 2 <= done < 12
    assert "goes on from here" in messages[-1]["progress"]["words"]["en"]
    page.post(f"/api/questions/{name}/ask")
    assert follow(page, name)[-1]["progress"]["done"] == 12


def test_what_is_wrong_is_said_in_both_languages(page):
    for content, status in (
        ({"days": 0}, 422),
        ({"today": {"strategies": [{"key": "nobody"}]}}, 422),
        ([1, 2], 422),
    ):
        answer = page.post("/api/questions", json=content)
        assert answer.status_code == status
        assert set(answer.json()["error"]) == {"en", "zh"}
    assert page.post("/api/questions", content=b"{" * 10).status_code == 400
    assert page.post("/api/questions", content=b" " * 300_000).status_code == 413
    assert page.get("/api/questions/none/answer").status_code == 404
    assert page.get("/nothing/here").status_code == 404


def test_start_and_streets_fit_each_other(page):
    start = page.get("/api/start").json()
    assert {"cities", "strategies", "roles", "question", "limits", "told"} <= set(start)
    told = page.post("/api/questions", json=TOWN).json()
    assert told["question"]["today"]["officers"] == load_town("").n_officers
    city = page.get("/api/city/town?part=").json()
    head, at = read_head(page.get(city["streets"]).content)
    assert head["n"] == city["n_segments"] == 80
    size = 2 * 4 * head["points"] + 4 * 81 + 80 + 160 + 320
    assert len(page.get(city["streets"]).content) == at + size
