from fakes import FakeEmbedder
from hypothesis import given
from hypothesis import strategies as st
from samples import BRIDGE, SOLDIERS, START, harbour_hits, hit, hits

from assistant import pieces as module
from assistant.pieces import embed_texts, keyword_shares, score_pieces, split_hits


def test_pieces_are_the_sentences_with_offsets_into_the_article() -> None:
    found = split_hits(harbour_hits())
    assert [piece.text for piece in found][:2] == [
        "The new harbour bridge in Larne opened on Monday after four years of work.",
        "It cost 85 million pounds, 12 million more than planned.",
    ]
    for piece in found:
        whole = " " * START + piece.passage.text
        assert whole[piece.start : piece.end] == piece.text
    assert [piece.place for piece in found if piece.hit == 1] == [0, 1, 2]
    assert found[4].language == "de"


@given(st.text(max_size=300))
def test_offsets_hold_for_any_text(text: str) -> None:
    if text:
        for piece in split_hits([hit("a", text)]):
            assert piece.text == text[piece.start - START : piece.end - START]


def test_a_sentence_of_overlapping_passages_counts_once() -> None:
    first = hit("a", BRIDGE)
    again = hit("a", BRIDGE, rank=2)
    assert len(split_hits([first, again])) == len(split_hits([first]))


def test_rare_words_of_the_question_count_more_than_common_ones() -> None:
    found = split_hits(harbour_hits())
    shares = keyword_shares("Did the mayor in Larne speak?", found, language="en")
    best = max(range(len(found)), key=lambda at: shares[at])
    assert "Mayor Ann Doyle" in found[best].text
    assert all(0 <= share <= 1 for share in shares)


def test_the_best_sentence_wins_within_and_across_languages(embedder: FakeEmbedder) -> None:
    found = split_hits(harbour_hits())
    for question, language, words in [
        ("What did it cost in million pounds?", "en", "85 million"),
        ("How many soldiers did Korea send?", "en", "3.000 Soldaten"),
        ("Wie viele Soldaten?", "de", "3.000 Soldaten"),
    ]:
        scored = score_pieces(question, found, language=language, embedder=embedder)
        assert words in max(scored, key=lambda one: one.score).piece.text
        assert [one.piece for one in scored] == found


def test_vectors_are_kept_and_only_new_texts_are_embedded(embedder: FakeEmbedder) -> None:
    texts = ["one unique text", "another unique text", "one unique text"]
    assert embed_texts(texts, embedder=embedder).shape == (3, embedder.dimension)
    embed_texts([*texts, "a third unique text"], embedder=embedder)
    assert embedder.passage_calls == [texts[:2], ["a third unique text"]]
    assert embed_texts([], embedder=embedder).shape == (0, embedder.dimension)


def test_only_so_many_sentences_are_embedded(embedder: FakeEmbedder) -> None:
    long = " ".join(f"Sentence number {n} says little about topic {n}." for n in range(90))
    found = split_hits([hit("a", long), hit("b", SOLDIERS, rank=9, language="de")])
    scored = score_pieces("Wie viele Soldaten?", found, language="de", embedder=embedder)
    embedded = [one for one in scored if one.similarity is not None]
    assert len(embedded) == module.MOST_EMBEDDED
    assert any("3.000" in one.piece.text for one in embedded), "keywords bring a late passage in"
    worst = min(one.score for one in embedded)
    assert all(one.score <= worst + 1e-6 for one in scored if one.similarity is None)


def test_no_hits_have_no_pieces(embedder: FakeEmbedder) -> None:
    assert split_hits(hits()) == []
    assert score_pieces("Who?", [], language="en", embedder=embedder) == []
