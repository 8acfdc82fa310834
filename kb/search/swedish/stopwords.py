"""Swedish words that carry no subject. No English ones, so *IT*, *AI* and *is* stay words."""

from __future__ import annotations

# fmt: off
STOP_WORDS = frozenset(
    {
        "alla", "allt", "att", "av", "blev", "bli", "blir", "blivit", "de", "dem", "den", "denna",
        "deras", "dess", "dessa", "det", "detta", "dig", "din", "dina", "ditt", "du", "där", "då",
        "efter", "ej", "eller", "en", "er", "era", "ert", "ett", "från", "för", "ha", "hade", "han",
        "hans", "har", "henne", "hennes", "hon", "honom", "hur", "här", "i", "icke", "ingen",
        "inom", "inte", "jag", "ju", "kan", "kunde", "med", "mellan", "men", "mig", "min", "mina",
        "mitt", "mycket", "måste", "ni", "nu", "när", "någon", "något", "några", "och", "också",
        "om", "oss", "på", "samma", "samt", "sedan", "sig", "sin", "sina", "själv", "ska", "skall",
        "skulle", "som", "så", "sådan", "sådana", "sådant", "till", "under", "upp", "ut", "utan",
        "vad", "var", "vara", "varför", "varit", "varje", "vars", "vart", "vem", "vi", "vid",
        "vilka", "vilken", "vilket", "vår", "våra", "vårt", "är", "åt", "över",
    }
)
# fmt: on


def is_stop_word(written: str, lowered: str) -> bool:
    """Whether a word is left out. In capitals (*DE*, *VI*, *OM*) it is taken for an abbreviation and kept."""
    return lowered in STOP_WORDS and not (len(written) > 1 and written.isupper())
