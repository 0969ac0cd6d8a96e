"""Runs commands in a network of their own and prints every packet that was not for loopback.

To be started inside `unshare -n`. Every address is made one of this network's own, so that whatever
any process sends, in Python or in compiled code, passes over its one device, where it is recorded.
"""

import ipaddress
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request

EVERYTHING = 0x0003  # ETH_P_ALL, linux/if_ether.h
IPV4, IPV6 = 0x0800, 0x86DD
DNS = 53
TCP, UDP = 6, 17


def own_network() -> None:
    """Loopback up, and all addresses local to it (the "AnyIP" of ip-route(8))."""
    for command in (
        "link set lo up",
        "route add local 0.0.0.0/0 dev lo",
        "-6 route add local ::/0 dev lo",
    ):
        subprocess.run(["ip", *command.split()], check="-6" not in command, capture_output=True)


class Recorder(threading.Thread):
    """Where packets went that were not for loopback, as `address:port`."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: set[str] = set()
        self.looked_up: set[str] = set()
        self._device = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(EVERYTHING))
        self._device.bind(("lo", EVERYTHING))

    def run(self) -> None:
        while True:
            packet, (_, kind, *_) = self._device.recvfrom(65_535)
            if kind == IPV4:
                sender, target, protocol = packet[12:16], packet[16:20], packet[9]
                rest = packet[4 * (packet[0] & 15) :]
            elif kind == IPV6:
                sender, target, protocol = packet[8:24], packet[24:40], packet[6]
                rest = packet[40:]
            else:
                continue
            ends = [ipaddress.ip_address(end) for end in (sender, target)]
            if all(end.is_loopback for end in ends) or ends[1].is_multicast:
                continue
            if protocol not in (TCP, UDP):  # the network's own word that nobody is there
                continue
            port = int.from_bytes(rest[2:4], "big")
            if port == DNS:
                self.looked_up.add(asked_name(rest[8:]))
            self.seen.add(f"{ends[1]}:{port}")


def asked_name(message: bytes) -> str:
    """The name a DNS message asks for (RFC 1035, 4.1.2)."""
    labels, at = [], 12
    while at < len(message) and message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]].decode("ascii", "replace"))
        at += 1 + message[at]
    return ".".join(labels)


def served(command: list[str], *, port: int, paths: list[str]) -> int:
    """Start a server, fetch some of its pages, and end it."""
    with subprocess.Popen([*command, "--port", str(port)], stderr=subprocess.DEVNULL) as server:
        deadline = time.monotonic() + 120
        fetched = 0
        while fetched < len(paths):
            assert time.monotonic() < deadline and server.poll() is None
            try:
                url = f"http://127.0.0.1:{port}{paths[fetched]}"
                with urllib.request.urlopen(url, timeout=60) as answer:
                    answer.read()
                fetched += 1
            except OSError:
                time.sleep(0.2)
        time.sleep(2)
        server.terminate()
    return fetched


def main() -> None:
    """Read what to do as JSON; print the exit codes, the outputs, and what was recorded."""
    orders = json.loads(sys.stdin.read())
    own_network()
    recorder = Recorder()
    recorder.start()
    done = []
    for command in orders["commands"]:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=orders["seconds"])
        done.append([ran.returncode, ran.stdout[-3000:], ran.stderr[-1000:]])
    fetched = served(**orders["serve"]) if "serve" in orders else 0
    time.sleep(0.5)
    said = {"done": done, "fetched": fetched, "seen": sorted(recorder.seen)}
    print(json.dumps(said | {"looked_up": sorted(recorder.looked_up)}))


if __name__ == "__main__":
    main()
