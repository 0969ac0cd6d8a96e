"""A page over the real assistant (a fake embedder, the engine `quotes`), for a test."""

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browser.conftest import Server, Tabs
from fakes import FakeEmbedder

from assistant.assistant import Assistant


@contextmanager
def whole_page(
    corpus: Path, chromium: Any, contexts: dict[str, Any], *, login: Any = None, **settings: Any
) -> Iterator[Tabs]:
    """Serve the corpus; at the end no console error and no request to elsewhere may have been."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Assistant(corpus, embedder=FakeEmbedder(), engine="quotes", **settings) as assistant:
            assistant.sync()
            server = Server(assistant, login=login)
            gc.collect()
            tabs = Tabs(chromium, contexts, server.url)
            tabs.assistant = assistant
            try:
                yield tabs
            finally:
                tabs.close()
                server.close()
    assert tabs.complaints == []
    assert tabs.strangers == []
