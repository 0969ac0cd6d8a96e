"""Keeps conversations and what was thought of their answers, in the file of what a person made.

Each conversation belongs to an owner: the user's name where an auth file is in force, else "". One
owner never sees, names or changes another's.
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from assistant.errors import InputError
from assistant.personal import Personal
from assistant.records import (
    Answer,
    KeptConversation,
    KeptExchange,
    Verdict,
    from_plain,
    to_plain,
)

LONGEST_TITLE = 200
UNDO_HOURS = 1
"""How long a deleted conversation can be brought back; later it is gone from the file."""
MOST_LISTED = 500


class Conversations:
    """The conversations of all owners. Raises InputError for one that its owner does not have."""

    def __init__(self, personal: Personal) -> None:
        self._personal = personal

    # --- asking ---

    def ask(self, question: str, *, owner: str = "", conversation: str = "") -> tuple[str, int]:
        """Keep a question at the end of a conversation, or of a new one named by it.

        Gives the conversation's ID and the number of the exchange.
        """
        now = _now()
        with self._personal.writing() as db:
            _purge(db)
            if conversation:
                _own(db, conversation, owner=owner)
            else:
                conversation = secrets.token_urlsafe(9)
                values = (conversation, owner, _title(question), now, now)
                db.execute(
                    "INSERT INTO conversations (id, owner, title, began, changed)"
                    " VALUES (?, ?, ?, ?, ?)",
                    values,
                )
            query = "SELECT coalesce(max(number), 0) + 1 FROM exchanges WHERE conversation = ?"
            (number,) = db.execute(query, (conversation,)).fetchone()
            _put(db, conversation, KeptExchange(number, question, asked=now))
        return conversation, int(number)

    def drop_from(self, conversation: str, *, number: int, owner: str = "") -> None:
        """Take out an exchange and all after it: they are asked again in other words."""
        with self._personal.writing() as db:
            _own(db, conversation, owner=owner)
            for table in ("exchanges", "verdicts"):
                db.execute(
                    f"DELETE FROM {table} WHERE conversation = ? AND number >= ?",
                    (conversation, number),
                )

    def keep(self, conversation: str, exchange: KeptExchange) -> None:
        """Keep what came of a question, unless it was deleted meanwhile."""
        with self._personal.writing() as db:
            query = "SELECT 1 FROM exchanges WHERE conversation = ? AND number = ?"
            if db.execute(query, (conversation, exchange.number)).fetchone():
                _put(db, conversation, exchange)
                _touch(db, conversation)

    # --- looking ---

    def listed(self, *, owner: str = "", search: str = "") -> list[KeptConversation]:
        """An owner's conversations, the latest first; all words of `search` occur in each."""
        words = search.casefold().split()
        found = "".join(
            " AND EXISTS (SELECT 1 FROM exchanges AS one WHERE one.conversation = c.id"
            " AND instr(one.words || char(10) || lower(c.title), ?))"
            for _ in words
        )
        query = (
            "SELECT c.id, c.title, c.began, c.changed,"
            " (SELECT count(*) FROM exchanges AS e WHERE e.conversation = c.id)"
            f" FROM conversations AS c WHERE c.owner = ? AND c.deleted = ''{found}"
            " ORDER BY c.changed DESC, c.id LIMIT ?"
        )
        rows = self._personal.rows(query, (owner, *words, MOST_LISTED))
        return [KeptConversation(*row) for row in rows]

    def get(self, conversation: str, *, owner: str = "") -> KeptConversation:
        """One conversation as the list shows it."""
        query = (
            "SELECT c.id, c.title, c.began, c.changed,"
            " (SELECT count(*) FROM exchanges AS e WHERE e.conversation = c.id)"
            " FROM conversations AS c WHERE c.id = ? AND c.owner = ? AND c.deleted = ''"
        )
        rows = self._personal.rows(query, (conversation, owner))
        if not rows:
            raise _unknown()
        return KeptConversation(*rows[0])

    def exchanges(self, conversation: str, *, owner: str = "") -> tuple[KeptExchange, ...]:
        """The exchanges of a conversation, oldest first, with what was thought of each."""
        self.get(conversation, owner=owner)
        query = "SELECT kept FROM exchanges WHERE conversation = ? ORDER BY number"
        kept = [
            from_plain(KeptExchange, json.loads(row[0]))
            for row in self._personal.rows(query, (conversation,))
        ]
        query = "SELECT number, good, why FROM verdicts WHERE conversation = ?"
        given = {
            number: Verdict(bool(good), why)
            for number, good, why in self._personal.rows(query, (conversation,))
        }
        return tuple(replace(one, verdict=given.get(one.number)) for one in kept)

    # --- changing ---

    def rename(self, conversation: str, *, title: str, owner: str = "") -> None:
        """Give a conversation another name. Raises InputError for an empty one."""
        title = _title(title)
        if not title:
            raise InputError("A conversation needs a name.", hint="Write a word or two.")
        with self._personal.writing() as db:
            _own(db, conversation, owner=owner)
            db.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, conversation))

    def delete(self, conversation: str, *, owner: str = "") -> None:
        """Delete a conversation; for an hour it can be brought back."""
        with self._personal.writing() as db:
            _own(db, conversation, owner=owner)
            values = (_now(), conversation)
            db.execute("UPDATE conversations SET deleted = ? WHERE id = ?", values)
            _purge(db)

    def restore(self, conversation: str, *, owner: str = "") -> None:
        """Bring a deleted conversation back."""
        with self._personal.writing() as db:
            query = "UPDATE conversations SET deleted = '' WHERE id = ? AND owner = ?"
            if not db.execute(query, (conversation, owner)).rowcount:
                raise _unknown()

    # --- what was thought ---

    def judge(
        self, conversation: str, *, number: int, verdict: Verdict | None, owner: str = ""
    ) -> None:
        """Keep a thumb up or down for one answer; None takes it back."""
        with self._personal.writing() as db:
            _own(db, conversation, owner=owner)
            key = (conversation, number)
            db.execute("DELETE FROM verdicts WHERE conversation = ? AND number = ?", key)
            if verdict is not None:
                values = (*key, int(verdict.good), verdict.why[:2000], _now())
                db.execute("INSERT INTO verdicts VALUES (?, ?, ?, ?, ?)", values)

    def question_set(self, *, owner: str = "") -> list[dict[str, Any]]:
        """The judged answers as rows of a question set for `assistant evaluate`.

        A good answer is expected again: one of its quotes, or a refusal. Of a bad one the words
        that would have been right are expected; without them it says nothing and is left out.
        """
        query = (
            "SELECT e.kept, v.good, v.why FROM verdicts AS v JOIN exchanges AS e"
            " ON e.conversation = v.conversation AND e.number = v.number"
            " JOIN conversations AS c ON c.id = v.conversation"
            " WHERE c.owner = ? AND c.deleted = '' ORDER BY v.given"
        )
        rows = self._personal.rows(query, (owner,))
        return list(_question_rows(rows))


def _question_rows(rows: Sequence[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    for kept, good, why in rows:
        exchange = from_plain(KeptExchange, json.loads(kept))
        answer = exchange.answer
        if answer is None or not (good or why.strip()):
            continue
        row: dict[str, Any] = {"question": answer.searched or exchange.question}
        row["expected"] = _expected(answer) if good else [why.strip()]
        if good and answer.citations:
            row["article"] = answer.citations[0].article.path
        yield {**row, "good": bool(good), "why": why}


def _expected(answer: Answer) -> list[str]:
    """Any of these shows a right answer; none for one that rightly refused."""
    return list(dict.fromkeys(citation.quote for citation in answer.citations))


def _put(db: Any, conversation: str, exchange: KeptExchange) -> None:
    text = exchange.answer.text if exchange.answer else exchange.draft
    kept = json.dumps(to_plain(replace(exchange, verdict=None)), ensure_ascii=False)
    values = (conversation, exchange.number, kept, f"{exchange.question}\n{text}".casefold())
    db.execute("INSERT OR REPLACE INTO exchanges VALUES (?, ?, ?, ?)", values)


def _touch(db: Any, conversation: str) -> None:
    db.execute("UPDATE conversations SET changed = ? WHERE id = ?", (_now(), conversation))


def _own(db: Any, conversation: str, *, owner: str) -> None:
    query = "SELECT 1 FROM conversations WHERE id = ? AND owner = ? AND deleted = ''"
    if not db.execute(query, (conversation, owner)).fetchone():
        raise _unknown()


def _purge(db: Any) -> None:
    """Take out for good what was deleted longer ago than it can be brought back."""
    limit = _now(ago=timedelta(hours=UNDO_HOURS))
    old = "SELECT id FROM conversations WHERE deleted <> '' AND deleted < ?"
    for table in ("exchanges", "verdicts"):
        db.execute(f"DELETE FROM {table} WHERE conversation IN ({old})", (limit,))
    db.execute("DELETE FROM conversations WHERE deleted <> '' AND deleted < ?", (limit,))


def _title(text: str) -> str:
    title = " ".join(text.split())
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 2] + " …"


def _now(*, ago: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) - ago).isoformat(timespec="milliseconds")


def _unknown() -> InputError:
    return InputError(
        "There is no such conversation.", hint="It may have been deleted, or be another person's."
    )
