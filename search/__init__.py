"""Finding posts by their words: the index, the language of questions, and who finds what."""
