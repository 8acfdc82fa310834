"""How hard a Swedish text is to read: LIX, the usual measure (A-40, A-41).

25 is a book for children, 40 a newspaper, 50 the usual text of an authority. The text is plain: Markdown,
code and tables have been taken away before.
"""

from __future__ import annotations

import re

LONG_LETTERS = 7
"""A word with as many letters is long."""

_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S*[^\s.,!?]|\S+@\S+\.\w+")
_WORD = re.compile(r"[^\W_]+(?:[-:.,’'/][^\W_]+)*")
_END = re.compile(r"[.!?…]+[”\"’')\]]*(?=\s|$)|\n+")

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
        if _ends(text[start : end.start()], end.group(), text[end.end() :]):
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


def _letters(word: str) -> int:
    return sum(letter.isalpha() for letter in word)
