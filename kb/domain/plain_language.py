"""How hard a Swedish text is to read: LIX, the usual measure (A-40, A-41).

25 is a book for children, 40 a newspaper, 50 the usual text of an authority. The text is plain: Markdown,
code and tables have been taken away before.
"""

from __future__ import annotations

import re

LONG_LETTERS = 7
"""A word with as many letters is long."""
LONG_SENTENCE = 25
"""A sentence with more words than this is hard to hold in mind."""
VERY_LONG_LETTERS = 16
"""A word with as many letters is worth another look."""

_LOOK = 40
"""How far around a full stop its meaning shows."""

_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S*[^\s.,!?]|(?<![^\s@])[^\s@]++@[^\s@]+\.\w+")
_WORD = re.compile(r"[^\W_]+(?:[-:.,’'/][^\W_]+)*")
_END = re.compile(r"(?<![.!?…])[.!?…]++[”\"’')\]]*+(?=\s|$)|\n+")

_WITHIN = re.compile(
    r"bl\.a|ca|d\.v\.s|dr|dvs|exkl|f\.[dn]|fr\.o\.m|inkl|jfr|kap|kl|nr|p\.g\.a|pga|prof|s|s\.k|sid|t\.ex|tel|t\.o\.m"
)
"""Abbreviations that something follows: a full stop after them ends nothing, whatever letter comes next.

After any other word ('m.m.', '63 kr.') a full stop ends the sentence unless a small letter follows.
"""


def words(text: str) -> list[str]:
    """The words of a text, without addresses; 'e-tjänst', 'EU:s' and '12,5' are one word each."""
    return _WORD.findall(_ADDRESS.sub(" ", text))


def sentences(text: str) -> list[str]:
    """The sentences of a text. A line break ends one too; abbreviations and ordinals do not."""
    text = _ADDRESS.sub("adress", text)
    found, start = [], 0
    for end in _END.finditer(text):
        before = text[max(start, end.start() - _LOOK) : end.start()]
        if _ends(before, end.group(), text[end.end() : end.end() + _LOOK]):
            found.append(text[start : end.end()].strip())
            start = end.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if words(sentence)]


def _ends(before: str, mark: str, after: str) -> bool:
    following = after.lstrip(" \t\N{NO-BREAK SPACE}").lstrip("”\"’'([–-")[:1]
    if mark != "." or not following or following == "\n":
        return True
    if following.islower():
        return False
    last = before.rstrip().rpartition(" ")[2].strip("”\"'([").lower()
    is_initial = len(last) == 1 and last.isalpha()
    is_number_of_a_list = last.isdecimal() and before.strip() == last
    return not (_WITHIN.fullmatch(last) or is_initial or is_number_of_a_list)


def lix(text: str) -> float:
    """Words for each sentence, plus the share of long words in per cent; 0 for a text without words."""
    all_words = words(text)
    if not all_words:
        return 0.0
    long_words = sum(_letters(word) >= LONG_LETTERS for word in all_words)
    return len(all_words) / len(sentences(text)) + 100 * long_words / len(all_words)


def longest_sentences(text: str, limit: int = 3) -> tuple[str, ...]:
    """The longest of the sentences that are too long, the longest first."""
    lengths = [(len(words(sentence)), sentence) for sentence in sentences(text)]
    too_long = sorted((one for one in lengths if one[0] > LONG_SENTENCE), key=lambda one: -one[0])
    return tuple(dict.fromkeys(sentence for _length, sentence in too_long))[:limit]


def longest_words(text: str, limit: int = 5) -> tuple[str, ...]:
    """The longest of the very long words, each once, the longest first."""
    found = {word.lower(): word for word in words(text) if _letters(word) >= VERY_LONG_LETTERS}
    return tuple(sorted(found.values(), key=_letters, reverse=True)[:limit])


def _letters(word: str) -> int:
    return sum(letter.isalpha() for letter in word)
