"""Documents are short enough to be read."""

import pytest

from .pages import PAGES, paragraphs, table, text

README_LINES = 120
README_PARAGRAPH = 5
PARAGRAPH = 8
WORDS = 130
GLOSSARY = 20
QUESTIONS = 12


def test_the_readme_is_a_front_page() -> None:
    assert len(text("README.md").splitlines()) < README_LINES
    assert longest_paragraph("README.md") <= README_PARAGRAPH


@pytest.mark.parametrize("document", PAGES)
def test_paragraphs_are_short(document: str) -> None:
    assert longest_paragraph(document) <= PARAGRAPH
    lines = text(document).splitlines()
    for start, end in paragraphs(document):
        assert len(" ".join(lines[start:end]).split()) <= WORDS


def longest_paragraph(page: str) -> int:
    return max((end - start for start, end in paragraphs(page)), default=0)


def test_the_architecture_begins_with_a_glossary_and_says_where_is_what() -> None:
    glossary = table("docs/architecture.md", "term")
    questions = table("docs/architecture.md", "question")
    assert len(glossary) >= GLOSSARY
    assert [row[0].lower() for row in glossary] == sorted(row[0].lower() for row in glossary)
    assert len(questions) >= QUESTIONS
    assert all("`" in row[1] for row in questions), "an answer names a file or folder"
