"""What holds for every answer, and a question that the live tests share."""

from assistant import Answer, Assistant

SOLDIERS = "How many North Korean soldiers did the United States say were sent for training?"


def check_citations(assistant: Assistant, answer: Answer) -> None:
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for citation in answer.citations:
        text = assistant.show(citation.article.id).text
        assert text[citation.start : citation.end] == citation.quote
    for sentence in answer.sentences:
        assert set(sentence.citations) <= set(numbers)
        assert sentence.citations or sentence.support != "supported"
