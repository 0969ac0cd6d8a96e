"""Adding documents in a real Chromium: a row each, dropped folders, stopping, what goes wrong."""

import http.client
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser.conftest import Server, Tabs
from browser.fake_assistant import FakeAssistant
from browser.hands import open_library, serving, titles, until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
]
FILES = ".intake input.files"
DROP = """([files, folder]) => {
    const dropped = new DataTransfer();
    for (const name of files) dropped.items.add(new File([`Text of ${name}`], name));
    const entry = (name, text) => ({ isFile: true, name, file: (done) => done(new File([text], name)) });
    const batches = [folder.map((name) => entry(name, `Text of ${name}`)), []];
    const below = { isFile: false, name: "press", createReader: () => ({ readEntries: (done) => done(batches.shift()) }) };
    const event = new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true });
    const items = [...dropped.items].map((item) => ({ webkitGetAsEntry: () => entry(item.getAsFile().name, "x y") }));
    const whole = { types: ["Files"], files: dropped.files, items: [...items, { webkitGetAsEntry: () => below }] };
    Object.defineProperty(event, "dataTransfer", { value: whole });
    document.body.dispatchEvent(event);
}"""  # noqa: E501


def written(folder: Path, *names: str) -> list[str]:
    """Small files of these names."""
    for name in names:
        (folder / name).write_text(f"Text of {name}")
    return [str(folder / name) for name in names]


def rows(page: Any, state: str) -> Any:
    return page.locator(f".rows [data-state={state}]")


def test_each_file_has_a_row_and_a_failure_its_reason(tabs: Tabs, tmp_path: Path) -> None:
    page = tabs.open()
    open_library(page)
    page.set_input_files(FILES, written(tmp_path, "one.txt", "bad.bin", "two.txt"))
    page.wait_for_selector(".work .sum:text-is('3 of 3 done, 1 failed')")
    assert rows(page, "added").locator(".name").all_inner_texts() == ["one.txt", "two.txt"]
    failed = page.locator(".rows li").first.inner_text()  # what failed comes first
    assert "bad.bin holds no article that can be read. Save it as PDF or text." in failed
    until(lambda: "Text of one.txt" in titles(page))
    page.click(".clear-rows")
    assert page.locator(".rows li").count() == 0


def test_a_german_page_gives_the_reason_in_german(tabs: Tabs, server: Server) -> None:
    page = tabs.open(language="de-DE")
    open_library(page)
    page.fill(".by-address textarea", "ftp://a.example/x")
    page.click(".by-address button")
    page.wait_for_selector(".rows [data-state=failed]")
    assert "kann nicht geholt werden. Adressen beginnen mit" in rows(page, "failed").inner_text()


def test_a_row_shows_count_rate_and_time_left(
    tabs: Tabs, fake: FakeAssistant, tmp_path: Path
) -> None:
    fake.pause = 0.4
    page = tabs.open()
    open_library(page)
    page.set_input_files(FILES, written(tmp_path, "slow.txt", "next.txt"))
    line = r"Indexing · (10|20|30) of 40 passages · 6\\.2 passages a second · about \\d s left"
    page.wait_for_selector(f'.rows :text-matches("^{line}$")')
    assert rows(page, "working").first.locator("progress").evaluate("(bar) => bar.value") > 0.2
    page.wait_for_selector(".work .sum:text-is('2 of 2 done')")


def test_one_file_is_stopped_and_the_others_go_on(
    tabs: Tabs, fake: FakeAssistant, tmp_path: Path
) -> None:
    fake.pause = 0.3
    page = tabs.open()
    open_library(page)
    page.set_input_files(FILES, written(tmp_path, "a.txt", "b.txt", "c.txt", "d.txt"))
    page.wait_for_selector(".rows li:has-text('a.txt') :text('Indexing')")
    page.click("[aria-label='Stop: a.txt']")
    page.click("[aria-label='Stop: d.txt']")
    page.wait_for_selector(".work .sum:text-is('4 of 4 done')")
    assert rows(page, "stopped").locator(".name").all_inner_texts() == ["a.txt", "d.txt"]
    until(lambda: {"Text of b.txt", "Text of c.txt"} < set(titles(page)))
    assert not {"Text of a.txt", "Text of d.txt"} & set(titles(page))


def test_all_are_stopped_at_once(tabs: Tabs, fake: FakeAssistant, tmp_path: Path) -> None:
    fake.pause = 0.3
    page = tabs.open()
    open_library(page)
    page.set_input_files(FILES, written(tmp_path, *(f"{n}.txt" for n in range(6))))
    page.wait_for_selector(".rows :text('Indexing')")
    page.click(".stop-all")
    page.wait_for_selector(".work .sum:text-is('6 of 6 done')")
    assert rows(page, "stopped").count() == 6
    assert len(fake.shelf) == 5


def test_files_and_a_folder_are_dropped_anywhere(tabs: Tabs, fake: FakeAssistant) -> None:
    page = tabs.open()
    page.evaluate(DROP, [["loose.txt"], ["inside.txt", ".DS_Store"]])
    page.wait_for_selector(".work .sum:text-is('2 of 2 done')")
    assert page.locator(".shelf").is_visible()  # the library came to the front
    assert [shown.text for shown in list(fake.shelf.values())[5:]] == ["x y", "Text of inside.txt"]


def test_a_chosen_folder_keeps_its_folders(
    tabs: Tabs, fake: FakeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    add = fake.add

    def watched(*wanted: str, **options: Any) -> Any:
        for source in wanted:
            below = Path(source)
            found = sorted(below.rglob("*")) if below.is_dir() else [below]
            seen.append([path.relative_to(below.parent).as_posix() for path in found])
        return add(*wanted, **options)

    monkeypatch.setattr(fake, "add", watched)
    (tmp_path / "press" / "2024").mkdir(parents=True)
    written(tmp_path / "press" / "2024", "may.txt")
    page = tabs.open()
    open_library(page)
    page.set_input_files(".intake input.folder", tmp_path / "press")
    page.wait_for_selector(".work .sum:text-is('1 of 1 done')")
    assert seen == [["press/2024", "press/2024/may.txt"]]


def test_addresses_are_added_one_a_line(tabs: Tabs) -> None:
    page = tabs.open()
    open_library(page)
    page.fill(".by-address textarea", "https://a.example/x.html\n\nb.example/y\nfile:///etc/passwd")
    page.click(".by-address button")
    page.wait_for_selector(".work .sum:text-is('3 of 3 done, 3 failed')")
    assert sorted(page.locator(".rows .name").all_inner_texts()) == [
        "file:///etc/passwd",
        "https://a.example/x.html",
        "https://b.example/y",
    ]
    assert "Addresses begin with https" in page.locator(".rows li:has-text('passwd')").inner_text()


def test_a_file_of_two_gigabytes_is_refused_before_it_is_sent(
    tabs: Tabs, server: Server, tmp_path: Path
) -> None:
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as file:
        file.truncate(2_000_000_000)
    page = tabs.open()
    open_library(page)
    page.set_input_files(FILES, [str(huge), *written(tmp_path, "small.txt")])
    page.wait_for_selector(".work .sum:text-is('2 of 2 done, 1 failed')")
    assert "larger than 100 MB" in rows(page, "failed").inner_text()
    before = set(server.uploads.rglob("*"))
    announced = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    announced.putrequest("POST", "/intake")  # a client that does not ask the page
    announced.putheader("content-length", "2000000000")
    announced.endheaders(b"the first of it")
    assert json.loads(announced.getresponse().read())["done"]["kind"] == "failed"
    announced.close()
    body = (b"0" * 1_000_000 for _ in range(101))  # one that does not say how much will come
    said = httpx.post(server.url + "intake", content=body, trust_env=False, timeout=60)
    assert "larger than 100 MB" in said.text
    assert set(server.uploads.rglob("*")) == before


def test_five_hundred_files_at_once(tabs: Tabs, fake: FakeAssistant, tmp_path: Path) -> None:
    page = tabs.open()
    open_library(page)
    page.set_input_files(FILES, written(tmp_path, *(f"{n:03}.txt" for n in range(500))))
    page.wait_for_selector(".work .sum:text-is('500 of 500 done')")
    assert rows(page, "added").count() == 500
    assert len(fake.shelf) == 505
    assert len(fake.added) < 250  # whole batches, not a call for each
    page.wait_for_selector(".shelf .count:has-text('505')")


def test_what_arrives_while_a_batch_is_added_is_the_next_batch(
    tabs: Tabs, fake: FakeAssistant, tmp_path: Path
) -> None:
    fake.pause = 0.5
    page = tabs.open()
    open_library(page)
    page.set_input_files(FILES, written(tmp_path, *(f"{n}.txt" for n in range(6))))
    page.wait_for_selector(".work .sum:text-is('6 of 6 done')")
    sizes = [len(call) for call in fake.added]
    assert sum(sizes) == 6
    assert max(sizes) >= 4, sizes


def test_a_server_started_anew_gets_what_is_left_to_add(
    chromium: Any, contexts: dict[str, Any], tmp_path: Path
) -> None:
    fake = FakeAssistant()
    fake.pause = 0.3
    files = written(tmp_path, *(f"{n}.txt" for n in range(8)), "bad.bin")
    with serving(fake) as first:
        tabs = Tabs(chromium, contexts, first.url)
        page = tabs.open()
        open_library(page)
        page.evaluate("window.firstLoad = true")
        page.set_input_files(FILES, files)
        rows(page, "added").nth(1).wait_for()
    page.wait_for_selector(".offline:has-text('The server does not answer')")
    page.wait_for_selector(".work .sum:not(:text-matches('^9 of 9'))")
    with serving(fake, port=first.port):
        page.wait_for_selector(".offline:has-text('What is being added is finished first')")
        page.wait_for_selector(".work .sum:text-is('9 of 9 done, 1 failed')")
        page.wait_for_selector(".offline:has-text('once you have cleared the list')")
        assert rows(page, "failed").locator(".name").all_inner_texts() == ["bad.bin"]
        added = [shown.text for shown in list(fake.shelf.values())[5:]]
        assert sorted(set(added)) == [f"Text of {n}.txt" for n in range(8)]
        page.wait_for_timeout(4_000)  # longer than the page takes to ask whether it is there
        assert page.evaluate("window.firstLoad")  # the reason for the failure stays to be read
        page.click(".clear-rows")
        page.wait_for_function("!window.firstLoad")
        page.wait_for_selector(".shelf .count:has-text('articles'):visible")
        tabs.close()


def test_a_file_that_is_removed_meanwhile_is_one_failed_row(
    tabs: Tabs, fake: FakeAssistant, tmp_path: Path
) -> None:
    fake.pause = 0.2
    page = tabs.open()
    open_library(page)
    page.set_input_files(FILES, written(tmp_path, "a.txt", "b.txt", "c.txt", "gone.txt"))
    (tmp_path / "gone.txt").unlink()
    page.wait_for_selector(".work .sum:text-is('4 of 4 done, 1 failed')")
    assert "gone.txt" in rows(page, "failed").inner_text()
    assert "is not there any more" in rows(page, "failed").inner_text()
    tabs.complaints.clear()  # Chromium says on the console that the file is gone
