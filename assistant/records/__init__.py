"""The records that flow through the assistant, and the protocols of parts that can be exchanged.

Ingest: Document -> Article + Passage. Ask: Hit -> Evidence -> Sentence + Citation -> Answer.
Nothing here does any input or output.
"""

from assistant.records.answers import (
    Answer,
    Citation,
    Differing,
    Event,
    Nearest,
    Outcome,
    Sentence,
    Stage,
    Support,
    Timings,
    Token,
    Tokens,
    Turn,
    source_line,
)
from assistant.records.articles import (
    Article,
    ArticleText,
    Change,
    Document,
    Failure,
    Heading,
    Page,
    PagePicture,
    Passage,
    Progress,
    Report,
)
from assistant.records.conversations import (
    KeptConversation,
    KeptExchange,
    Verdict,
)
from assistant.records.health import (
    Check,
    Status,
)
from assistant.records.hits import (
    FilterArguments,
    Filters,
    Hit,
    Hits,
)
from assistant.records.parts import (
    ChatModel,
    Embedder,
    Message,
    Reranker,
    Usage,
    Vectors,
)
from assistant.records.plain import (
    from_plain,
    to_plain,
)

__all__ = [
    # What goes in
    "Article",
    "ArticleText",
    "Change",
    "Document",
    "Failure",
    "Heading",
    "Page",
    "PagePicture",
    "Passage",
    "Progress",
    "Report",
    # What is found
    "FilterArguments",
    "Filters",
    "Hit",
    "Hits",
    # What is answered
    "Answer",
    "Citation",
    "Differing",
    "Event",
    "Nearest",
    "Outcome",
    "Sentence",
    "Stage",
    "Support",
    "Timings",
    "Token",
    "Tokens",
    "Turn",
    "source_line",
    # What is kept of conversations
    "KeptConversation",
    "KeptExchange",
    "Verdict",
    # What the assistant says of itself
    "Check",
    "Status",
    # Parts that can be exchanged
    "ChatModel",
    "Embedder",
    "Message",
    "Reranker",
    "Usage",
    "Vectors",
    # Records as plain data
    "from_plain",
    "to_plain",
]
