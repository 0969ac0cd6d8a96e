"""Fetching addresses: what is fetched, and above all what is not."""

import gzip
import ipaddress
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.errors import FetchError
from assistant.sources import FetchLimits, addresses, fetch, fetching

PAGE = b"<html><body><p>A page.</p></body></html>"
Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A small web server on loopback with a history; `answers` maps paths to what they do."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, dict(self.headers.items())))
                answer = site.answers.get(self.path)
                if answer is None:
                    self.send_error(404)
                else:
                    answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                pass  # a client that hangs up is part of these tests

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def page(self, path: str, body: bytes = PAGE, **headers: str) -> str:
        named = {"Content-Type": "text/html; charset=utf-8"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            for name, value in ({"Content-Length": str(len(body))} | named).items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(body)

        self.answers[path] = answer
        return self.url + path

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Location", target)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        self.answers[path] = answer
        return self.url + path


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()
    site.thread.join()


def refused(url: str, *, allow_loopback: bool = False, **limits: float) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(url, limits=FetchLimits(**limits), allow_loopback=allow_loopback)  # type: ignore[arg-type]
    assert caught.value.hint
    return caught.value


# --- what is fetched ----------------------------------------------------------------------------


def test_a_page(site: Site) -> None:
    url = site.page("/story?id=1&x=%C3%A4")
    fetched = fetch(url, allow_loopback=True)
    assert fetched.content == PAGE
    assert (fetched.url, fetched.final_url) == (url, url)
    assert (fetched.content_type, fetched.suffix) == ("text/html", ".html")
    path, headers = site.asked[0]
    assert path == "/story?id=1&x=%C3%A4"
    assert headers["Host"] == url.split("/")[2]
    assert "article-assistant" in headers["User-Agent"]
    assert "Cookie" not in headers and "Referer" not in headers and "Authorization" not in headers


def test_letters_outside_ascii_in_an_address(site: Site) -> None:
    site.page("/f%C3%A4hre%20nord")
    fetched = fetch(site.url + "/fähre%20nord#part", allow_loopback=True)
    assert fetched.content == PAGE
    assert "#" not in fetched.final_url


def test_a_name_with_letters_outside_ascii(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolves_to("127.0.0.1"))
    site.page("/")
    url = site.url.replace("127.0.0.1", "fähre.example") + "/"
    assert fetch(url, allow_loopback=True).content == PAGE
    assert site.asked[0][1]["Host"].startswith("xn--fhre-loa.example:")


@pytest.mark.parametrize(
    ("content_type", "path", "suffix"),
    [
        ("application/pdf", "/a", ".pdf"),
        ("text/plain", "/a", ".txt"),
        ("text/plain", "/notes.md", ".md"),
        ("text/markdown", "/a", ".md"),
        ("application/xhtml+xml", "/a", ".html"),
        ("application/epub+zip", "/a", ".epub"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "/a", ".docx"),
        ("application/octet-stream", "/report.PDF", ".pdf"),
        ("application/octet-stream", "/caf%C3%A9.docx", ".docx"),
    ],
)
def test_the_type_names_the_reader(site: Site, content_type: str, path: str, suffix: str) -> None:
    assert fetch(site.page(path, Content_Type=content_type), allow_loopback=True).suffix == suffix


def test_a_redirect_is_followed_and_its_end_is_told(site: Site) -> None:
    end = site.page("/end")
    fetched = fetch(site.redirect("/start", "/end"), allow_loopback=True)
    assert fetched.final_url == end
    assert fetched.content == PAGE


def test_a_packed_page_is_unpacked(site: Site) -> None:
    url = site.page("/", gzip.compress(PAGE), Content_Encoding="gzip")
    assert fetch(url, allow_loopback=True).content == PAGE


def test_proxies_of_the_environment_are_not_used(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(site.page("/"), allow_loopback=True).content == PAGE


# --- what is not --------------------------------------------------------------------------------

PRIVATE = [
    "http://127.0.0.1/",
    "http://127.9.9.9/",
    "http://localhost/",
    "http://localhost.:80/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/meta",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://0/",
    "http://255.255.255.255/",
    "http://224.0.0.1/",
    "http://192.0.2.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:8.8.8.8]/",
    "http://[::127.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a00:1::]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[64:ff9b:1::1]/",
    "http://[2001:0:7f00:1::1]/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://①②⑦.0.0.1/",
    "https://127.0.0.1/",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_addresses_inside_are_refused(url: str) -> None:
    error = refused(url)
    assert "private network" in error.message or "cannot be found" in error.message
    assert "add the file" in error.hint or "spelling" in error.hint


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("64:ff9b::808:808", True),
        ("64:ff9b::a00:1", False),
        ("127.0.0.1", False),
        ("::ffff:8.8.8.8", False),
        ("2002:808:808::1", False),
        ("ff02::1", False),
        ("100.64.0.1", False),
        ("fec0::1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert addresses.is_public(ipaddress.ip_address(address)) is public


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://a.example/",
        "ftp://a.example/x",
        "javascript:alert(1)",
        "//a.example/x",
        "a.example/x",
        "",
        "http://",
        "http:///x",
        "http://a.example:99999/",
        "http://a.example:0/",
        "http://a.ex ample/",
        "http://[::1/",
        "data:text/html,hi",
        "http://a.example\\@127.0.0.1/",
        "http://" + "a" * 70 + ".example/",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    assert refused(url).hint


def test_an_address_with_a_password_is_refused_and_not_repeated() -> None:
    error = refused("http://user:hunter2@a.example/x")
    assert "hunter2" not in error.message + error.hint


def test_a_host_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolves_to("8.8.8.8", "10.0.0.1"))
    assert "10.0.0.1" in refused("http://mixed.example/").message


def resolves_to(*addresses: str) -> Callable[..., list[tuple[object, ...]]]:
    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses
        ]

    return getaddrinfo


def test_the_connection_goes_to_the_address_that_was_checked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    genuine = socket.getaddrinfo

    def rebinding(host: str, port: int, *rest: object, **options: object) -> object:
        if host == "rebind.example":
            asked.append(host)
            return resolves_to(*next(answers))(host, port)
        return genuine(host, port, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    site.page("/")
    url = site.url.replace("127.0.0.1", "rebind.example") + "/"
    assert fetch(url, allow_loopback=True).content == PAGE
    assert asked == ["rebind.example"], "a name is asked for once"
    assert site.asked[0][1]["Host"].startswith("rebind.example:")


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "http://u:p@a.example/",
        "http://[::ffff:169.254.169.254]/",
    ],
)
def test_a_redirect_to_what_is_refused_is_refused(site: Site, target: str) -> None:
    refused(site.redirect("/", target), allow_loopback=True)


def test_a_redirect_to_loopback_is_refused(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda address: str(address) == "127.0.0.1")
    assert "private network" in refused(site.redirect("/", "http://127.0.0.2/")).message


def test_redirects_without_end_are_refused(site: Site) -> None:
    assert "more than 5 times" in refused(site.redirect("/", "/"), allow_loopback=True).message


def test_a_redirect_to_nowhere_is_refused(site: Site) -> None:
    refused(site.redirect("/", "", status=301), allow_loopback=True)


# --- limits and failures ------------------------------------------------------------------------


def test_a_page_that_is_not_there(site: Site) -> None:
    assert "404" in refused(site.url + "/gone", allow_loopback=True).message


def test_a_host_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    assert "cannot be found" in refused("http://nowhere.example/").message


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = refused(f"http://127.0.0.1:{port}/", allow_loopback=True)
    assert "cannot be reached" in error.message


@pytest.mark.parametrize(
    "content_type", ["image/png", "application/zip", "video/mp4", "text/css", ""]
)
def test_a_type_no_reader_knows(site: Site, content_type: str) -> None:
    error = refused(site.page("/x", Content_Type=content_type), allow_loopback=True)
    assert "no reader knows" in error.message


def test_an_empty_page(site: Site) -> None:
    assert "is empty" in refused(site.page("/", b""), allow_loopback=True).message


def test_a_page_that_is_too_large(site: Site) -> None:
    url = site.page("/", b"x" * 3_000_000)
    assert "larger than 1 MB" in refused(url, allow_loopback=True, max_bytes=1_000_000).message


def test_a_page_that_unpacks_to_too_much(site: Site) -> None:
    url = site.page("/", gzip.compress(b"x" * 30_000_000), Content_Encoding="gzip")
    assert "larger than 1 MB" in refused(url, allow_loopback=True, max_bytes=1_000_000).message


def test_a_damaged_packed_page(site: Site) -> None:
    url = site.page("/", b"no gzip at all", Content_Encoding="gzip")
    assert "damaged" in refused(url, allow_loopback=True).message


def test_a_page_packed_in_another_way(site: Site) -> None:
    url = site.page("/", b"whatever", Content_Encoding="br")
    assert "packed as br" in refused(url, allow_loopback=True).message


@pytest.mark.parametrize("packed", [True, False])
def test_a_page_cut_short(site: Site, packed: bool) -> None:
    body = gzip.compress(PAGE * 50)[:-20] if packed else PAGE
    length = str(len(body) + (0 if packed else 100))
    encoding = {"Content_Encoding": "gzip"} if packed else {}
    url = site.page("/", body, Content_Length=length, Connection="close", **encoding)
    site.server.RequestHandlerClass.protocol_version = "HTTP/1.0"
    error = refused(url, allow_loopback=True)
    assert "cannot be reached" in error.message or "damaged" in error.message


@pytest.mark.parametrize("part", ["headers", "body", "silence"])
def test_a_server_that_drips_is_given_up_in_time(site: Site, part: str) -> None:
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        if part == "body":
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html")
            handler.end_headers()
        elif part == "headers":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not over.wait(0.05):
            if part != "silence":
                handler.wfile.write(b"x")

    site.answers["/"] = drip
    begin = time.monotonic()
    error = refused(site.url + "/", allow_loopback=True, seconds=0.6)
    over.set()
    assert "within 0.6 seconds" in error.message
    assert time.monotonic() - begin < 5


def test_a_server_that_speaks_no_http() -> None:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1000)
            self.request.sendall(b"SSH-2.0-whatever\r\n\r\n")

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        assert "cannot be reached" in refused(url, allow_loopback=True).message
        server.shutdown()
        thread.join()


# --- TLS ----------------------------------------------------------------------------------------


def certificate(folder: Path, *, host: str) -> tuple[Path, Path]:
    """A certificate for a host, signed by itself, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(
            name,
            name,
            key.public_key(),
            x509.random_serial_number(),
            now - timedelta(days=1),
            now + timedelta(days=1),
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, private


@pytest.mark.parametrize(
    ("host", "says"),
    [("crane.example", ""), ("other.example", "not secure"), (None, "not secure")],
    ids=["the right name", "another name", "an unknown signer"],
)
def test_the_certificate_must_be_for_the_name_asked_for(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str | None, says: str
) -> None:
    pem, key = certificate(tmp_path, host=host or "crane.example")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem, key)
    site.server.socket = server.wrap_socket(site.server.socket, server_side=True)
    genuine = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda name, port, *rest, **options: (
            resolves_to("127.0.0.1")(name, port)
            if name.endswith(".example")
            else genuine(name, port, *rest, **options)
        ),
    )
    if host:
        trusting = ssl.create_default_context(cafile=str(pem))
        monkeypatch.setattr(fetching, "_tls", lambda: trusting)
    site.page("/")
    url = site.url.replace("http://127.0.0.1", "https://crane.example") + "/"
    if says:
        assert says in refused(url, allow_loopback=True).message
    else:
        assert fetch(url, allow_loopback=True).content == PAGE
