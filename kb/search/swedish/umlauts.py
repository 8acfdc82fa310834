"""Plurals and comparisons that change the word itself, also as the last part of a compound (*storstäder*)."""

from __future__ import annotations

_FORMS = {
    "städer": "stad",
    "länder": "land",
    "nätter": "natt",
    "fötter": "fot",
    "tänder": "tand",
    "stränder": "strand",
    "bränder": "brand",
    "ränder": "rand",
    "böcker": "bok",
    "rötter": "rot",
    "söner": "son",
    "döttrar": "dotter",
    "bröder": "bror",
    "mödrar": "moder",
    "fäder": "fader",
    "bönder": "bonde",
    "stänger": "stång",
    "tänger": "tång",
    "ledamöter": "ledamot",
    "män": "man",
    "ansökningar": "ansökan",
    "anmälningar": "anmälan",
}
_COMPARED = {
    "större": "stor",
    "störst": "stor",
    "största": "stor",
    "yngre": "ung",
    "yngst": "ung",
    "yngsta": "ung",
    "längre": "lång",
    "längst": "lång",
    "längsta": "lång",
    "lägre": "låg",
    "lägst": "låg",
    "lägsta": "låg",
    "högre": "hög",
    "högst": "hög",
    "högsta": "hög",
    "tyngre": "tung",
    "tyngst": "tung",
    "tyngsta": "tung",
    "trängre": "trång",
    "grövre": "grov",
    "grövst": "grov",
}
_ENDINGS = ("", "s", "na", "nas")
_SUFFIXES = {
    form + ending: base
    for form, base in _FORMS.items()
    for ending in (("", "s", "nen", "nens") if form == "män" else _ENDINGS)
}
_LENGTHS = sorted({len(suffix) for suffix in _SUFFIXES}, reverse=True)
_NOT_PEOPLE = ("allmän", "gemän")


def singular(word: str) -> str | None:
    """The word with its vowel changed back, or None when it is not one of these."""
    if word in _COMPARED:
        return _COMPARED[word]
    if "ä" not in word and "ö" not in word:
        return None
    for length in _LENGTHS:
        base = _SUFFIXES.get(word[-length:]) if length <= len(word) else None
        if base is not None and not word.startswith(_NOT_PEOPLE):
            return word[:-length] + base
    return None
