"""Each kind of person does what they came for, in a real browser at a true server."""

from __future__ import annotations

import json
import os
import zipfile
from urllib.parse import unquote

import pytest
from open_page import ANSWER_MS, CHROMIUM, FLAGS, LANGUAGES, SIZES, find_faults, link, serving, take_picture

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]
FIRST_PAINT_MS = 1000
ANSWERED = {"en": "Answered", "zh": "已回答"}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """Serve the page anew, or take a server that runs already and has runs at hand: `CPSIM_PAGE`."""
    if running := os.environ.get("CPSIM_PAGE"):
        yield running
        return
    with serving(tmp_path_factory.mktemp("store")) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, url):
    """Open the page as somebody new does, and see that it asks nobody else and breaks no rule of its own."""
    opened, wrong = [], []

    def visiting(end="", *, lang="en", size="desktop", expect=()):
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=LANGUAGES[lang], reduced_motion="reduce",
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on(
            "request", lambda asked: None if asked.url.startswith((url, "data:", "blob:")) else wrong.append(asked.url)
        )
        opened.append((context, expect))
        page.goto(url + end)
        page.wait_for_selector("main h2")
        return page

    yield visiting
    expected = [words for _, expect in opened for words in expect]
    for context, _ in opened:
        context.close()
    assert not [one for one in wrong if not any(words in one for words in expected)]


def ask_and_wait(page, lang="en"):
    page.wait_for_timeout(2500)  # an answer that is there already comes by itself
    if page.locator("#ask").is_enabled():
        page.click("#ask")
    page.wait_for_selector(f"#ask:has-text('{ANSWERED[lang]}')", timeout=ANSWER_MS)
    page.wait_for_selector(".answer .first")


def question_of(page):
    return json.loads(unquote(page.url.partition("q=")[2]).replace("+", " "))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_screen_says_what_this_is_and_the_city_is_alive(visit, lang, size, tmp_path):
    page = visit(lang=lang, size=size)
    page.wait_for_selector(".stage-clock")
    page.wait_for_selector("#ask:enabled")
    page.wait_for_selector(".stage-waiting", state="detached")
    page.wait_for_timeout(1000)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    print(f"first paint after {paint:.0f} ms")
    assert paint < FIRST_PAINT_MS
    assert page.locator(".told").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    take_picture(page, f"first-{lang}-{size}", tmp_path)
    assert not find_faults(page)


@pytest.mark.parametrize("view", ["staffing", "data", "card"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_other_view_is_open_to_everybody(visit, lang, view, tmp_path):
    for size in SIZES:
        page = visit(link(view=view), lang=lang, size=size)
        page.wait_for_selector(".page")
        page.wait_for_timeout(1500)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        take_picture(page, f"{view}-{lang}-{size}", tmp_path)
        assert not find_faults(page)


def test_policy_staff_ask_grid_or_hot_spots_and_take_the_report(visit, tmp_path):
    page = visit(link())
    page.locator(".cards.today").get_by_role("button", name="Change: Answer calls").click()
    page.locator(".cards.today .deck").get_by_role("button", name="Grid policing A named").click()
    page.wait_for_selector(".sentence:has-text('Grid policing')")
    ask_and_wait(page)
    assert "Grid policing" in page.locator(".first").inner_text()
    assert page.locator(".answer > .rows .row").count() == 5
    assert page.locator(".answer > .rows .interval[aria-label]").count() == 5
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_selector(".stage-waiting", state="detached")
    take_picture(page, "answer-en-desktop", tmp_path)
    for fold in page.locator(".answer > details > summary").all():
        fold.click()
    page.wait_for_selector(".uplot")
    take_picture(page, "answer-open-en-desktop", tmp_path)
    assert not find_faults(page)
    with page.expect_download(timeout=ANSWER_MS) as begun:
        page.locator(".take a", has_text="Report").click()
    assert "Grid" in begun.value.path().read_text(encoding="utf-8")


def test_a_researcher_takes_the_tables_and_the_command(visit, tmp_path):
    page = visit(link())
    ask_and_wait(page)
    with page.expect_download(timeout=ANSWER_MS) as begun:
        page.locator(".take a", has_text="Tables").click()
    with zipfile.ZipFile(begun.value.path()) as tables:
        assert any(name.endswith(".csv") for name in tables.namelist())
    page.get_by_text("The same on the command line").click()
    command = page.locator(".command pre").inner_text()
    assert command.startswith("cpsim compare new_haven")
    assert "--days 7 --seeds 2" in command


def test_an_academy_asks_in_chinese_and_gives_the_link_on(visit, tmp_path):
    page = visit(link(), lang="zh")
    ask_and_wait(page, "zh")
    first = page.locator(".first").inner_text()
    assert "热点巡逻" in first
    page.wait_for_selector(".stage-waiting", state="detached")
    take_picture(page, "answer-zh-desktop", tmp_path)
    assert not find_faults(page)
    colleague = visit(f"#{page.url.partition('#')[2]}", lang="zh", size="phone")
    colleague.wait_for_selector(".answer .first")
    assert colleague.locator(".first").inner_text() == first
    colleague.locator(".answer").scroll_into_view_if_needed()
    take_picture(colleague, "answer-zh-phone", tmp_path)


def test_how_many_officers_at_night_can_be_asked_and_opened(visit, tmp_path):
    page = visit(link(view="staffing"))
    page.get_by_label("What changes").select_option("community")
    page.get_by_role("button", name="Try these numbers").click()
    page.wait_for_selector(".ladder .interval", timeout=ANSWER_MS)
    take_picture(page, "staffing-asked-en-desktop", tmp_path)
    page.locator(".ladder").get_by_role("button").first.click()
    page.wait_for_selector(".question")
    assert question_of(page)["instead"]["officers"]["community"] == 4


def test_officers_are_moved_by_keyboard_alone_and_back_takes_it_back(visit):
    page = visit(link())
    page.wait_for_selector("#ask:enabled")
    row = page.get_by_role("button", name="Response: 23 officers")
    row.focus()
    for key in ("Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    page.wait_for_url(lambda address: "officers" in address)
    assert question_of(page)["instead"]["officers"] == {"response": 22, "foot": 5}
    assert page.get_by_role("button", name="Foot patrol: 5 officers, 4 today").is_visible()


def test_what_is_being_typed_stays_while_the_page_is_drawn_anew(visit):
    page = visit(link())
    page.wait_for_selector("#ask:enabled")
    field = page.locator(".place input[type=number]").nth(1)
    field.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    page.get_by_role("button", name="中文").dispatch_event("click")
    page.wait_for_selector("h2:has-text('问题')")
    assert field.input_value() == "3"


def test_a_question_that_is_too_large_is_told_before_it_is_asked(visit, tmp_path):
    page = visit(link('{"days":3650,"seeds":100,"part":""}'))
    page.wait_for_selector(".ask .note")
    assert "more than this machine takes on" in page.locator(".ask .note").inner_text()
    assert page.locator("#ask").is_disabled()
    take_picture(page, "too-large-en-desktop", tmp_path)
    assert not find_faults(page)


def test_a_worker_that_died_is_told_and_one_can_ask_again(visit, tmp_path):
    page = visit(link('{"days":8,"seeds":2}'), expect=("status of 500",))
    died = {"error": {"en": "A run ended by itself.", "zh": "一次运行中断了。"}, "kind": "worker"}
    page.route("**/ask", lambda route: route.fulfill(status=500, json=died))
    page.click("#ask")
    page.wait_for_selector("main > .note")
    assert "Runs that had finished are kept" in page.locator("main > .note").inner_text()
    assert page.get_by_role("button", name="Ask again").is_visible()
    take_picture(page, "worker-died-en-desktop", tmp_path)
    assert not find_faults(page)


def test_a_damaged_link_leads_to_the_first_question(visit):
    page = visit("#q=%7Bbroken")
    page.wait_for_selector(".sentence")
    assert page.locator("#ask").is_visible()


def test_the_page_stays_when_its_server_is_away(visit, tmp_path):
    page = visit(link(), expect=("ERR_INTERNET_DISCONNECTED", "WebSocket"))
    page.wait_for_selector("#ask:enabled")
    page.context.set_offline(True)
    page.get_by_label("Days", exact=True).fill("9")
    page.keyboard.press("Tab")
    page.wait_for_selector("main > .note")
    take_picture(page, "offline-en-desktop", tmp_path)
    assert not find_faults(page)
    page.context.set_offline(False)
    page.wait_for_selector("main > .note", state="detached")
