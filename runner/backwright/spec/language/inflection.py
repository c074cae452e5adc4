"""The inflections of a verb or noun: ``delete``, ``deletes``, ``deleted``, ``deleting``."""

from __future__ import annotations

import re

_VOWELS = "aeiou"
_IRREGULAR = {
    "get": "gets got gotten getting", "see": "sees saw seen seeing", "write": "writes wrote written writing",
    "have": "has had having", "give": "gives gave given giving", "make": "makes made making",
    "take": "takes took taken taking", "put": "puts putting", "set": "sets setting", "let": "lets letting",
    "go": "goes went gone going", "do": "does did done doing", "be": "is are was were been being",
    "keep": "keeps kept keeping", "hold": "holds held holding", "read": "reads reading", "send": "sends sent sending",
    "build": "builds built building", "begin": "begins began begun beginning", "become": "becomes became becoming",
    "find": "finds found finding", "leave": "leaves left leaving", "say": "says said saying", "cut": "cuts cutting",
    "throw": "throws threw thrown throwing", "know": "knows knew known knowing", "bring": "brings brought bringing",
    "show": "shows showed shown showing", "lose": "loses lost losing", "buy": "buys bought buying",
    "choose": "chooses chose chosen choosing", "run": "runs ran running", "spin": "spins spun spinning",
    "come": "comes came coming", "hide": "hides hid hidden hiding", "pick": "picks picked picking",
    "forbid": "forbids forbade forbidden forbidding", "submit": "submits submitted submitting",
    "permit": "permits permitted permitting", "commit": "commits committed committing",
    "cancel": "cancels cancelled canceled cancelling canceling", "label": "labels labelled labeled labelling labeling",
    "model": "models modelled modeled modelling modeling", "lie": "lies lay lain lying", "die": "dies died dying",
    "stand": "stands stood standing", "swap": "swaps swapped swapping", "drop": "drops dropped dropping",
    "stop": "stops stopped stopping", "ship": "ships shipped shipping", "tag": "tags tagged tagging",
    "log": "logs logged logging", "map": "maps mapped mapping", "cap": "caps capped capping",
    "strip": "strips stripped stripping", "refer": "refers referred referring", "edit": "edits edited editing",
    "limit": "limits limited limiting", "enter": "enters entered entering", "alter": "alters altered altering",
    "filter": "filters filtered filtering", "order": "orders ordered ordering", "visit": "visits visited visiting",
    "open": "opens opened opening", "happen": "happens happened happening", "offer": "offers offered offering",
    "throttle": "throttles throttled throttling", "register": "registers registered registering",
    "deliver": "delivers delivered delivering", "transfer": "transfers transferred transferring",
    "person": "people", "child": "children", "query": "queries queried querying", "fit": "fits fitted fitting",
    "wrap": "wraps wrapped wrapping", "trim": "trims trimmed trimming", "sell": "sells sold selling",
    "teach": "teaches taught teaching", "reset": "resets resetting", "fall": "falls fell fallen falling",
    "split": "splits splitting", "win": "wins won winning", "own": "owns owned owning",
    "repeat": "repeats repeated repeating", "exceed": "exceeds exceeded exceeding", "need": "needs needed needing",
    "consider": "considers considered considering", "render": "renders rendered rendering",
    "author": "authors authored authoring", "view": "views viewed viewing", "mean": "means meant meaning",
    "drive": "drives drove driven driving", "speak": "speaks spoke spoken speaking",
    "forget": "forgets forgot forgotten forgetting", "hang": "hangs hung hanging", "lead": "leads led leading",
    "prefer": "prefers preferred preferring", "hit": "hits hitting", "sit": "sits sat sitting",
    "rewrite": "rewrites rewrote rewritten rewriting", "bootstrap": "bootstraps bootstrapped bootstrapping",
}  # fmt: skip
_REGULAR = {
    r"ie$": (2, "ies ied ying"),
    r"[eoy]e$": (1, "es ed eing"),
    r"e$": (1, "es ed ing"),
    rf"[^{_VOWELS}]y$": (1, "ies ied ying"),
    r"(s|x|z|ch|sh)$": (0, "es ed ing"),
}
"""Endings of words: how many letters go, and what comes for them."""


def inflections(word: str) -> frozenset[str]:
    """Return a word with its regular or known inflections."""
    if word in _IRREGULAR:
        return frozenset({word, *_IRREGULAR[word].split()})
    for ending, (cut, endings) in _REGULAR.items():
        if re.search(ending, word):
            stem = word[: len(word) - cut]
            return frozenset({word, *(f"{stem}{one}" for one in endings.split())})
    if re.search(rf"^[^{_VOWELS}]*[{_VOWELS}][^{_VOWELS}wxy]$", word):
        return frozenset({word, f"{word}s", f"{word}{word[-1]}ed", f"{word}{word[-1]}ing"})
    return frozenset({word, f"{word}s", f"{word}ed", f"{word}ing"})
