"""The studio in a real browser: what visitors do, with a mouse, a keyboard, or a screen reader.

Needs Chromium and ``pip install -e '.[dev]'``; without them these tests are skipped, but with
``NST_BROWSER=1`` they fail.
"""

import base64
import io
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from nst_utils import PRESETS
from nst_utils.app import MAX_MEGABYTES
from nst_utils.recipe import read_recipe

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
if os.environ.get("NST_BROWSER") == "1":
    assert CHROMIUM, "NST_BROWSER=1, but there is no Chromium"
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import expect, sync_playwright
else:
    sync_api = pytest.importorskip("playwright.sync_api")
    Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
    expect, sync_playwright = sync_api.expect, sync_api.sync_playwright
    if CHROMIUM is None:
        pytest.skip("there is no Chromium", allow_module_level=True)

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]
DESKTOP, PHONE = {"width": 1366, "height": 900}, {"width": 390, "height": 844}
PATIENCE = 60_000  # milliseconds: the machine may be busy
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """A studio, served from an empty folder; its temporary files are in a folder of its own."""
    folder = tmp_path_factory.mktemp("studio")
    (folder / "here").mkdir()
    (folder / "temporary").mkdir()
    command = [sys.executable, "-m", "nst_utils", "studio", "--no-browser", "--port", "0"]
    server = subprocess.Popen(
        command,
        cwd=folder / "here",
        env=os.environ | {"TMPDIR": str(folder / "temporary")},
        stdout=subprocess.PIPE,
        text=True,
    )
    server.url = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())[0]
    server.folder = folder
    yield server
    server.kill()
    server.wait()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def visit(studio, browser):
    """Come as a visitor: a page in a browser that shares nothing with the others."""

    def come(window=DESKTOP):
        page = browser.new_context(viewport=window, accept_downloads=True).new_page()
        page.set_default_timeout(PATIENCE)
        page.wrong, page.asked = [], []
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        for _ in range(50):  # the server has said where it will be, and comes up
            try:
                page.goto(studio.url)
                break
            except Exception as error:
                assert "REFUSED" in str(error)
                page.wait_for_timeout(200)
        page.locator(".look").wait_for()
        return page

    return come


@pytest.fixture(scope="module")
def page(visit):
    """The first visitor, who stays."""
    return visit()


def photograph(width=60, height=40, quality=90, noise=False, orientation=None):
    rng = np.random.default_rng(0)
    pixels = np.full((height, width, 3), 128, np.uint8)
    if noise:
        pixels = rng.integers(0, 256, pixels.shape, np.uint8)
    file, exif = io.BytesIO(), Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, exif=exif, subsampling=0)
    return file.getvalue()


@pytest.fixture
def give(page, tmp_path):
    """Choose a file in the dialogue of the browser."""

    def choose(role, name, data):
        (tmp_path / name).write_bytes(data)
        field = page.locator(f"section:has(h2[id$='-{role}']) input[type=file]")
        field.set_input_files(tmp_path / name)

    return choose


def picture_of(page):
    """The picture in one pass, as its address: another picture has another one."""
    return page.locator(".look").get_attribute("src")


def paint(page, **settings):
    details = page.locator("details")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    for name, value in settings.items():
        field = page.locator(f"[data-name={name}]")
        if field.locator("select").count():
            field.locator("select").select_option(value)
        else:
            field.locator("input").fill(value)
    page.get_by_role("button", name="Paint").click()


def test_the_page_greets_and_shows_a_picture_made_here(page):
    expect(page.get_by_role("heading", level=1)).to_have_text("The studio")
    expect(page.locator(".look-caption")).to_contain_text("Temple in the style of Stained glass")
    expect(page.get_by_role("main")).to_be_visible()
    assert page.locator(".look").evaluate("image => image.naturalWidth") == 512
    assert not page.wrong


def test_nothing_is_fetched_from_anywhere_else(page, studio):
    elsewhere = [
        url for url in page.asked if not url.startswith((studio.url, "data:", "blob:", "ws://127."))
    ]
    assert page.asked
    assert not elsewhere


def test_strength_and_colours_go_by_the_keyboard(page):
    slider = page.get_by_role("slider", name="Strength")
    before = picture_of(page)
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator(".strength output")).to_have_text("0 %")
    expect(page.locator(".look")).to_have_attribute("alt", re.compile("strength 0 %"))
    assert picture_of(page) != before
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".look")).to_have_attribute("alt", re.compile("strength 50 %"))
    before = picture_of(page)
    page.get_by_role("radio", name="of the style").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="kept as they are")).to_be_checked()
    expect(page.locator(".look")).not_to_have_attribute("src", before)


def test_another_sample_is_chosen(page):
    page.get_by_role("radio", name="Koi").check(force=True)
    expect(page.locator(".look-caption")).to_contain_text("Temple in the style of Koi")
    page.get_by_role("radio", name="Cat").check(force=True)
    expect(page.locator(".look-caption")).to_contain_text("Cat in the style of Koi")


def test_a_photograph_of_12_megabytes_is_taken_and_turned_upright(page, give):
    data = photograph(3600, 2400, 95, noise=True, orientation=6)
    assert 12 < len(data) / 2**20 < MAX_MEGABYTES
    give("content", "holiday.jpg", data)
    expect(page.locator(".look-caption")).to_contain_text("holiday.jpg in the style of Koi")
    expect(page.locator(".look-caption")).to_contain_text("341 × 512")
    expect(page.get_by_role("radio", name="Cat")).not_to_be_checked()


def test_a_picture_is_dropped_on_the_page(page):
    data = base64.b64encode(photograph(48, 48)).decode()
    page.locator(".drop").nth(1).evaluate(
        """(drop, data) => {
            const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "dropped.jpg", { type: "image/jpeg" }));
            drop.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
        }""",
        data,
    )
    expect(page.locator(".look-caption")).to_contain_text("in the style of dropped.jpg")


def test_what_is_no_picture_is_refused_in_words(page, give):
    give("style", "page.jpg", b"<html>not a picture</html>")
    problem = page.locator(".problem[data-about=style]")
    expect(problem).to_contain_text("page.jpg: this is not a picture")
    expect(page.locator(".look-caption")).to_contain_text("dropped.jpg")
    give("style", "<b>bold<b>.jpg", b"nothing")  # a name is text, and nothing else
    expect(problem).to_contain_text("<b>bold<b>.jpg: this is not a picture")
    give("style", "right.jpg", photograph())
    expect(problem).to_have_text("")


def test_a_file_beyond_the_limit_is_refused_before_it_travels(page, give):
    give("content", "huge.jpg", bytes((MAX_MEGABYTES + 1) * 2**20))
    problem = page.locator(".problem[data-about=content]")
    expect(problem).to_contain_text(f"huge.jpg is larger than {MAX_MEGABYTES} MB")


def test_a_wrong_setting_is_told_at_its_field(page):
    paint(page, iterations="0")
    expect(page.locator(".problem[data-about=paint]")).to_contain_text("Iterations: ")
    expect(page.locator("[data-name=iterations] input")).to_be_focused()
    expect(page.locator(".state")).to_be_hidden()


def test_paint_stop_and_take_home(page, tmp_path):
    paint(page, iterations="300", size="256")
    expect(page.locator(".state")).to_contain_text(re.compile(r"Step \d+ of \d+, about"))
    expect(page.locator(".preview")).to_be_visible()
    expect(page.get_by_role("img", name="Costs by step")).to_be_visible()
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_focused()  # handed on by the button that was pressed
    stop.press("Enter")
    expect(page.locator(".state")).to_contain_text(re.compile(r"Stopped after \d+ of \d+ steps"))
    expect(page.locator("[role=status]")).to_contain_text("Stopped")  # a screen reader says it
    expect(page.get_by_role("button", name="Paint")).to_be_focused()
    files = {}
    for name in ("Download the picture", "Film (GIF)", "Settings (JSON)"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        files[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[name])
    picture, film, settings = files.values()
    assert [path.suffix for path in (picture, film, settings)] == [".jpg", ".gif", ".json"]
    assert 128 <= max(Image.open(picture).size) <= 256  # it begins small
    assert Image.open(film).n_frames > 1
    made = read_recipe(settings)["settings"]
    assert (made.size, made.iterations, made.colors) == (256, 300, "keep")
    assert made.beta == PRESETS["best"].beta


def test_a_second_visitor_waits_and_sees_nothing_of_the_first(page, visit):
    paint(page, iterations="300", size="256")
    expect(page.locator(".state")).to_contain_text("Step")
    other = visit(PHONE)
    expect(other.locator(".look-caption")).to_contain_text("Temple in the style of Stained glass")
    assert "dropped" not in other.content()
    assert "holiday" not in other.content()
    paint(other, iterations="1", size="256")
    expect(other.locator(".state")).to_contain_text("Waiting: 1 before you")
    expect(page.locator(".painted-caption")).to_contain_text("right.jpg")
    page.get_by_role("button", name="Stop").click()
    expect(other.locator(".state")).to_contain_text("Finished after")
    expect(other.locator(".painted-caption")).to_have_text("Temple in the style of Stained glass")
    wide = other.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
    assert wide <= 0, "a telephone must not scroll sideways"
    assert_accessible(other)
    other.context.close()


def assert_accessible(page):
    found = Axe().run(page)
    assert found.response["passes"], "axe has looked at the page"
    assert not found.violations_count, found.generate_report()


def test_the_whole_page_is_accessible(page):
    expect(page.locator(".made").first).to_be_visible()  # all its parts are shown by now
    assert page.locator("details").get_attribute("open") is not None
    assert_accessible(page)


def test_axe_would_notice(page):
    page.evaluate("document.querySelector('.strength label').htmlFor = ''")
    assert Axe().run(page).violations_count
    page.evaluate(
        "document.querySelector('.strength label').htmlFor = "
        "document.querySelector('.strength input').id"
    )


def test_tab_goes_through_the_page_in_the_order_of_reading(page):
    page.locator(".drop input").first.focus()
    operated = "document.querySelectorAll('.nst-studio :is(input, button, a, select, summary)')"
    places = []
    for _ in range(40):
        places.append(page.evaluate(f"[...{operated}].indexOf(document.activeElement)"))
        page.keyboard.press("Tab")
        if page.evaluate("!document.activeElement.closest('.nst-studio')"):
            break
    assert len(places) > 15
    assert places == sorted(places)


def test_nothing_is_written_but_the_sockets_of_the_server(studio):
    assert not list((studio.folder / "here").iterdir())
    written = [p for p in (studio.folder / "temporary").rglob("*") if p.is_file()]
    assert all(re.fullmatch(r"kernel-.*\.json", path.name) for path in written), written


def test_ctrl_c_closes_it_and_leaves_nothing_running(studio, page):
    """The last test: nobody is served after it."""
    children = psutil.Process(studio.pid).children(recursive=True)
    assert children
    studio.send_signal(signal.SIGINT)
    assert studio.wait(timeout=30) == 0
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
    assert not list(Path(studio.folder / "temporary").glob("voila_*"))
    # A page that is still open does not pretend that somebody is there.
    page.get_by_role("radio", name="Coffee").check(force=True)
    expect(page.locator(".closed")).to_contain_text("The studio does not answer")
