"""What the language half is held against: the truth of a log, planted falsehoods, attacks, paraphrases."""
