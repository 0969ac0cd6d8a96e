"""Articles, passages and hits for the tests of answers, in words of our own."""

from assistant.records import Article, Hit, Hits, Passage

BRIDGE = (
    "The new harbour bridge in Larne opened on Monday after four years of work. It cost 85 million"
    " pounds, 12 million more than planned. Mayor Ann Doyle cut the ribbon. About 10,000 people"
    " walked across it on the first day."
)
SOLDIERS = (
    "Nordkorea hat nach Angaben der USA rund 3.000 Soldaten zur Ausbildung nach Russland geschickt."
    " Das sagte US-Verteidigungsminister Lloyd Austin am Mittwoch in Rom. Moskau weist die Berichte"
    " zurück."
)
FERRY = (
    "The ferry from Larne to Cairnryan will not run in January. The company says repairs take four"
    " weeks. Passengers can use the line from Belfast instead."
)
START = 100
"""Where each sample passage starts in its article."""


def article(key: str, *, language: str = "en", title: str = "", url: str | None = None) -> Article:
    return Article(
        id=key,
        path=f"{key}.txt",
        title=title or key.title(),
        outlet="Larne Times",
        published="2024-10-24",
        language=language,
        url=url,
    )


def hit(key: str, text: str, *, rank: int = 1, language: str = "en", url: str | None = None) -> Hit:
    own = article(key, language=language, url=url)
    passage = Passage(f"{key}-1", own.id, text, START, START + len(text), language=language)
    return Hit(rank, 1 / rank, own, passage)


def hits(*found: Hit, query: str = "") -> Hits:
    return Hits(query, tuple(found))


def harbour_hits(query: str = "") -> Hits:
    """A bridge and a ferry in English, soldiers in German."""
    return hits(
        hit("bridge", BRIDGE, rank=1, url="https://larne.example/bridge"),
        hit("soldiers", SOLDIERS, rank=2, language="de"),
        hit("ferry", FERRY, rank=3),
        query=query,
    )
