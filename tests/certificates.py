"""A certificate for loopback, made for one test with OpenSSL's own program."""

import os
import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Certificate:
    """A certificate that vouches for itself, and its key."""

    file: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """What a server answers with."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.file, self.key)
        return made


def certificate(folder: Path) -> Certificate:
    """A certificate for 127.0.0.1 and localhost in a folder; skips without OpenSSL."""
    if not shutil.which("openssl"):
        missing = "there is no openssl"
        pytest.fail(missing) if os.environ.get("ASSISTANT_POSTGRES") else pytest.skip(missing)
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    names = "subjectAltName=IP:127.0.0.1,DNS:localhost"
    call = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    call += ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", names]
    call += ["-keyout", str(made.key), "-out", str(made.file)]
    subprocess.run(call, check=True, capture_output=True)
    made.key.chmod(0o600)
    return made
