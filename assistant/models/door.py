"""Maps whatever a model server or its client library raises to our own errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from assistant.errors import ModelError, ModelMissing

START_OLLAMA = "Start it with: ollama serve"
CONNECT_SECONDS = 5.0


@contextmanager
def service_errors(service: str, *, url: str, model: str = "", hint: str = "") -> Iterator[None]:
    """Turn foreign errors of the block into ModelError or ModelMissing.

    `service` is the name a user knows ("Ollama"); `hint` is what to do when nothing answers at
    `url`. Errors of our own pass through.
    """
    import httpx

    try:
        yield
    except httpx.HTTPStatusError as error:
        status, text = error.response.status_code, _body_error(error.response)
        raise _refused(service, status=status, text=text, model=model) from error
    except (httpx.ConnectError, httpx.ConnectTimeout, ConnectionError) as error:
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
        message = f"What answers at {url} does not speak like {service}."
        raise ModelError(
            message, hint=f"Check the address of {service} in the settings."
        ) from error
    except Exception as error:  # the door itself: what is not a client error goes on unchanged
        status_code = getattr(error, "status_code", None)
        if type(error).__name__ != "ResponseError" or status_code is None:
            raise
        raise _refused(service, status=status_code, text=str(error), model=model) from error


def said_error(service: str, text: str, *, model: str) -> ModelError:
    """The error for a message that a server puts into its answer instead of an HTTP status."""
    return _refused(service, status=-1, text=text, model=model)


def _refused(service: str, *, status: int, text: str, model: str) -> ModelError:
    text = text.strip().rstrip(".") or f"HTTP status {status}"
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
