"""The door to servers: how they are asked, and whatever goes wrong as an error of our own."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelError, ModelMissing
from assistant.settings import without_keys

if TYPE_CHECKING:
    import httpx

START_OLLAMA = "Start it with: ollama serve"
CONNECT_SECONDS = 5.0
AUTHORITY = "SSL_CERT_FILE"
"""The variable that names a file of authorities to trust; OpenSSL and httpx know it, too."""
_NOT_TRUSTED = "CERTIFICATE_VERIFY_FAILED"
_NO_ENTRY, _NO_ROUTE = (401, 403), (404, 405)
"""HTTP statuses of a wrong key, and of a server that does not know the route (RFC 9110, 15.5)."""


def server_client(**options: Any) -> "httpx.Client":
    """A client for one server, to be closed.

    No proxy that the environment names is asked, since articles would pass through it. Raises
    ModelError where `AUTHORITY` names no certificate.
    """
    import httpx

    return httpx.Client(trust_env=False, verify=trusted(), **options)


def trusted() -> ssl.SSLContext | bool:
    """What vouches for a server's certificate: the named authorities, else the public ones."""
    named = os.environ.get(AUTHORITY)
    if not named:
        return True
    try:
        return ssl.create_default_context(cafile=named)
    except OSError as error:
        raise ModelError(
            f"The file {named} that {AUTHORITY} names holds no certificate.",
            hint=f"Name one in PEM format, or: unset {AUTHORITY}",
        ) from error


@contextmanager
def service_errors(
    service: str, *, url: str, model: str = "", hint: str = "", key: str = "", address: str = ""
) -> Iterator[None]:
    """Turn foreign errors of the block into ModelError or ModelMissing.

    `service` is the name a user knows ("Ollama"); `hint` is what to do when nothing answers at
    `url`, `key` the variable of the environment that holds its key, `address` how its address
    looks. Errors of our own pass through.
    """
    import httpx

    url = without_keys(url)
    try:
        yield
    except httpx.HTTPStatusError as error:
        status, text = error.response.status_code, _body_error(error.response)
        if status in _NO_ENTRY and key:
            raise ModelError(
                f"{service} at {url} does not let you in: it wants a key, or another one.",
                hint=f"Put it into the environment: export {key}=…",
            ) from error
        if status in _NO_ROUTE and not _is_about(model, text):
            raise _stranger(service, url=url, address=address) from error
        raise _refused(service, status=status, text=text, model=model) from error
    except (httpx.ConnectError, httpx.ConnectTimeout, ConnectionError) as error:
        if _NOT_TRUSTED in str(error):
            raise ModelError(
                f"The certificate of {service} at {url} is not trusted.",
                hint=f"If it is yours, name its authority: export {AUTHORITY}=authority.pem",
            ) from error
        raise ModelError(f"{service} does not answer at {url}.", hint=hint) from error
    except httpx.TimeoutException as error:
        message = f"{service} at {url} said nothing for too long."
        raise ModelError(
            message, hint="Ask again, or raise the setting request_timeout."
        ) from error
    except httpx.InvalidURL as error:
        raise ModelError(
            f"{url!r} is no address of {service}.", hint="See the settings."
        ) from error
    except httpx.HTTPError as error:
        message = f"{service} at {url} broke off in the middle of its answer."
        raise ModelError(message, hint="Ask again.") from error
    except (ValueError, KeyError, TypeError) as error:  # no JSON, or JSON of something else
        raise _stranger(service, url=url, address=address) from error
    except Exception as error:  # the door itself: what is not a client error goes on unchanged
        status_code = getattr(error, "status_code", None)
        if type(error).__name__ != "ResponseError" or status_code is None:
            raise
        raise _refused(service, status=status_code, text=str(error), model=model) from error


def said_error(service: str, text: str, *, model: str) -> ModelError:
    """The error for a message that a server puts into its answer instead of an HTTP status."""
    return _refused(service, status=-1, text=text, model=model)


def _stranger(service: str, *, url: str, address: str) -> ModelError:
    """Something answers, but not what was expected: another program, another path, an old one."""
    known = service[:1].lower() + service[1:] if service.startswith("The ") else service
    looks = address or ("ends in its port." if service == "Ollama" else "usually ends in /v1.")
    return ModelError(
        f"What answers at {url} does not speak like {known}.",
        hint=f"Check the address in the settings; that of {known} {looks}",
    )


def _is_about(model: str, text: str) -> bool:
    """Whether an answer without a route speaks of the model that was asked for."""
    return bool(model) and (model.casefold() in text.casefold() or "model" in text.casefold())


def _refused(service: str, *, status: int, text: str, model: str) -> ModelError:
    text = without_keys(text).strip().rstrip(".") or f"HTTP status {status}"
    low = text.casefold()
    if model and "not found" in low and (status == 404 or "model" in low):
        hint = "See the models that are there with: assistant models"
        if service == "Ollama":
            hint = f"Get it with: assistant models pull {model}"
        return ModelMissing(f"{service} does not have the model {model}.", hint=hint)
    about = f" with {model}" if model else ""
    hint = "Try again, or look into the server's log."
    if "memory" in low:
        hint = "Choose a smaller model with --model NAME, or close other programs."
    return ModelError(f"{service} failed{about}: {text}.", hint=hint)


def _body_error(response: object) -> str:
    """The reason inside an error answer, in the forms that servers use."""
    try:
        data = response.json()  # type: ignore[attr-defined]
    except Exception:  # a stream that was not read, no JSON: the status has to do
        return ""
    error = data.get("error", data.get("detail", "")) if isinstance(data, dict) else ""
    if isinstance(error, dict):
        error = error.get("message", "")
    return str(error)[:300]
