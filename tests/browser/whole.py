"""A page over the real assistant (a fake embedder and `quotes` if not told otherwise)."""

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
    corpus: Path,
    chromium: Any,
    contexts: dict[str, Any],
    *,
    login: Any = None,
    engine: str = "quotes",
    embedder: Any = None,
    sync: bool = True,
    **settings: Any,
) -> Iterator[Tabs]:
    """Serve the corpus; at the end no console error and no request to elsewhere may have been."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        embedder = embedder or FakeEmbedder()
        with Assistant(corpus, embedder=embedder, engine=engine, **settings) as assistant:
            if sync:
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
