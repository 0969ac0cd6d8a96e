"""Nothing leaves the machine: whatever the product sends is recorded, and the record is empty.

The whole product runs as processes, with the real embedder and readers, in a network of its own
where every packet is seen. For that Linux and root are needed.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from reporting import write_result

RECORDER = Path(__file__).parent / "recorder.py"
STORY = "The harbour bridge was opened in May. The mayor said it cost 12 million crowns.\n"
CHROMIUMS_OWN = {
    "content-autofill.googleapis.com",
    "update.googleapis.com",
    "redirector.gvt1.com",
}
"""Names that Chromium looks up for itself, whatever page is open: fields it could fill in, updates
of itself and of its components."""
GERMAN = "Die Fähre verkehrt seit Juni. Sie trägt vierzig Autos über den Fluss.\n"


def recorded(orders: dict[str, Any], *, seconds: float = 200) -> dict[str, Any]:
    """Do something in a network of its own, each command in so many seconds.

    Skips where there can be no such network.
    """
    if sys.platform != "linux" or not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("a network of its own takes Linux with `unshare` and `ip`")
    if subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode:
        pytest.skip("a network of its own takes the right to make one")
    done = subprocess.run(
        ["unshare", "-n", sys.executable, str(RECORDER)],
        input=json.dumps(orders | {"seconds": seconds}),
        capture_output=True,
        text=True,
        timeout=seconds + 80,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_the_recorder_sees_a_connection_and_a_look_up() -> None:
    script = (
        "import socket\n"
        "for reach in (lambda: socket.create_connection(('93.184.215.14', 443), 2),\n"
        "              lambda: socket.getaddrinfo('telemetry.example', 443)):\n"
        "    try: reach()\n"
        "    except OSError: pass\n"
    )
    said = recorded({"commands": [[sys.executable, "-c", script]]})
    assert "93.184.215.14:443" in said["seen"]
    assert "telemetry.example" in said["looked_up"]


@pytest.mark.timeout(300)
def test_adding_asking_and_serving_send_nothing(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "bridge.txt").write_text(STORY)
    (tmp_path / "ferry.md").write_text(f"# Die Fähre\n\n{GERMAN}")
    program = [sys.executable, "-m", "assistant", "--corpus", str(tmp_path / "corpus")]
    said = recorded(
        {
            "commands": [
                [*program, "add", str(tmp_path / "bridge.txt"), str(tmp_path / "ferry.md")],
                [*program, "ask", "What did the bridge cost?", "--json"],
                [*program, "search", "Autos auf der Fähre", "--json"],
                [*program, "rebuild"],
                [*program, "doctor"],
            ],
            "serve": {
                "command": [*program, "serve"],
                "port": 7865,
                "paths": ["/healthz", "/", "/metrics", "/v1/models"],
            },
        }
    )
    (added, asked, searched, rebuilt, _) = said["done"]
    assert (added[0], asked[0], searched[0], rebuilt[0]) == (0, 0, 0, 0), said["done"]
    assert "12 million" in json.loads(asked[1])["text"]
    assert json.loads(searched[1])["hits"][0]["article"]["language"] == "de"
    assert said["fetched"] == 4
    assert (said["seen"], said["looked_up"]) == ([], [])


@pytest.mark.long
@pytest.mark.timeout(0)
def test_the_page_in_a_browser_sends_nothing() -> None:
    """All browser tests but those with Ollama; what Chromium asks for by itself is named."""
    tests = str(Path(__file__).parents[1] / "browser")
    command = [sys.executable, "-m", "pytest", tests, "-p", "no:cacheprovider"]
    marks = ["-m", "not benchmark and not long and not live"]
    said = recorded({"commands": [[*command, *marks]]}, seconds=1800)
    ((code, out, _),) = said["done"]
    assert code == 0, out
    assert set(said["looked_up"]) <= CHROMIUMS_OWN
    assert all(end.endswith(":53") for end in said["seen"]), said["seen"]
    write_result(
        "privacy",
        browser_tests=out.strip().splitlines()[-1],
        looked_up_by_the_product="nothing",
        looked_up_by_Chromium_for_itself=", ".join(said["looked_up"]) or "nothing",
        sent_beyond_loopback="nothing",
    )
