"""Words of a text as the lexical index counts them: lower case, no function words, stemmed."""

from __future__ import annotations

import re

from clauseproof.stemming import stem

# Bumped when the words of a text change, so that a stored lexical index is not read with other rules.
WORDS_VERSION = "1"

_FUNCTION_WORDS = """
    i me my myself we us our ours you your yours he him his she her it its they them their what which who
    whom this that these those am is are was were be been being have has had do does did doing a an the and
    but if or because as until while of at by for with about to from in into out on off than then here there
    when where why how all any can will just should would could may might must shall not no don doesn ve re
    ll
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
# Scripts written without blanks are counted by character; everything else by run of letters and digits.
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\W_{_IDEOGRAPHS}]+")
_LONGEST_WORD = 64


def split_words(text: str) -> list[str]:
    """Return the content words of a text in lower case, in order, repeated as often as they occur."""
    return [
        word[:_LONGEST_WORD]
        for word in _WORD.findall(text.lower())
        if word not in FUNCTION_WORDS and (len(word) > 1 or not ("a" <= word <= "z"))
    ]


def stem_words(text: str) -> list[str]:
    """Return the stems of a text's content words, in order, repeated as often as they occur."""
    return [stem(word) for word in split_words(text)]
