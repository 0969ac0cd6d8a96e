"""What must hold for the citations of every answer."""

from assistant import Answer, Assistant


def check_citations(assistant: Assistant, answer: Answer) -> None:
    """They count from one, quote their article to the letter, and stand where support is said."""
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for citation in answer.citations:
        text = assistant.show(citation.article.id).text
        assert text[citation.start : citation.end] == citation.quote
    for sentence in answer.sentences:
        assert set(sentence.citations) <= set(numbers)
        assert sentence.citations or sentence.support != "supported"
