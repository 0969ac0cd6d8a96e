"""What changed in a folder, from plain data."""

from pathlib import Path

from assistant.catalogue import FileState, KnownFailure
from assistant.comparing import compare
from assistant.sources import SourceFile


def file(name: str, *, size: int = 10, mtime: int = 1) -> SourceFile:
    return SourceFile(Path(), name, size, mtime)


def known(**files: FileState) -> dict[str, tuple[str, FileState]]:
    return {state.path: (article_id, state) for article_id, state in files.items()}


def test_a_file_of_the_same_size_and_time_is_not_opened() -> None:
    def never(path: Path) -> str:
        raise AssertionError(f"{path} was opened")

    before = known(a=FileState("a.txt", "h", 10, 1))
    assert compare([file("a.txt")], known=before, failures={}, hash=never).unchanged == 1


def test_new_changed_moved_touched_and_gone() -> None:
    before = known(
        changed=FileState("changed.txt", "old", 10, 1),
        touched=FileState("touched.txt", "same", 10, 1),
        moved=FileState("before.txt", "moved", 10, 1),
        gone=FileState("gone.txt", "gone", 10, 1),
    )
    hashes = {"new.txt": "n", "changed.txt": "c", "touched.txt": "same", "after.txt": "moved"}
    files = [file(name, mtime=2) for name in hashes]
    difference = compare(files, known=before, failures={}, hash=lambda path: hashes[path.name])
    assert [(f.state.path, f.former) for f in difference.read] == [
        ("new.txt", None),
        ("changed.txt", "changed"),
    ]
    assert [(f.state.path, f.former) for f in difference.moved] == [
        ("touched.txt", "touched"),
        ("after.txt", "moved"),
    ]
    assert list(difference.gone) == ["gone.txt"]


def test_two_files_that_exchange_their_names_are_both_read() -> None:
    before = known(a=FileState("a.txt", "1", 10, 1), b=FileState("b.txt", "2", 10, 1))
    hashes = {"a.txt": "2", "b.txt": "1"}
    files = [file(name, mtime=2) for name in hashes]
    difference = compare(files, known=before, failures={}, hash=lambda path: hashes[path.name])
    assert [f.former for f in difference.read] == ["a", "b"]


def test_a_copy_of_a_file_that_is_still_there_is_a_new_file() -> None:
    before = known(a=FileState("a.txt", "1", 10, 1))
    files = [file("a.txt"), file("copy.txt", mtime=2)]
    difference = compare(files, known=before, failures={}, hash=lambda path: "1")
    assert [f.state.path for f in difference.read] == ["copy.txt"]


def test_a_known_bad_file_is_not_opened_until_it_changes() -> None:
    bad = {"bad.pdf": KnownFailure("bad.pdf", 10, 1, "It is empty.", "Fill it.")}
    again = compare([file("bad.pdf")], known={}, failures=bad, hash=lambda path: "h")
    assert (again.read, again.failed[0].error) == ((), "It is empty.")
    changed = compare([file("bad.pdf", mtime=2)], known={}, failures=bad, hash=lambda path: "h")
    assert len(changed.read) == 1


def test_a_file_that_vanishes_is_a_failure() -> None:
    def vanish(path: Path) -> str:
        raise FileNotFoundError(path)

    difference = compare([file("a.txt")], known={}, failures={}, hash=vanish)
    assert "vanished" in difference.failed[0].error
    assert difference.failed[0].hint


SECOND = 1_000_000_000


def test_a_file_that_was_written_a_moment_ago_is_left_and_so_is_what_it_may_replace() -> None:
    before = known(gone=FileState("gone.txt", "1", 10, 1), half=FileState("half.txt", "2", 10, 1))
    now = 10 * SECOND
    files = [file("half.txt", mtime=now - SECOND // 2), file("whole.txt", mtime=now - SECOND)]
    found = compare(files, known=before, failures={}, hash=lambda path: "3", settled_by=now)
    assert [f.state.path for f in found.read] == ["whole.txt"]
    assert (found.moved, found.gone, found.waiting) == ((), {}, 1)
    later = compare(files, known=before, failures={}, hash=lambda path: "3", settled_by=2 * now)
    assert [f.state.path for f in later.read] == ["half.txt", "whole.txt"]
    assert (list(later.gone), later.waiting) == (["gone.txt"], 0)


def test_a_file_from_the_future_is_not_waited_for() -> None:
    files = [file("a.txt", mtime=20 * SECOND)]
    found = compare(files, known={}, failures={}, hash=lambda path: "1", settled_by=10 * SECOND)
    assert len(found.read) == 1
