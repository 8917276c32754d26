"""Words that may stand for one another."""

from rag.synonyms import columns, synonyms
from rag.words import word_key


def test_synonyms_go_both_ways_and_know_their_forms() -> None:
    found = synonyms()
    assert word_key("headed")[0] in found[word_key("led")[0]] and word_key("led")[0] in found[word_key("headed")[0]]
    assert word_key("talks")[0] in found[word_key("dialogue")[0]]
    assert all(key not in others for key, others in found.items())


def test_words_of_several_parts_are_left_out() -> None:
    assert all(" " not in word for column in columns() for group in column for word in group)
