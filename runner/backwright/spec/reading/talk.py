"""What is known while a request is read: the spec at hand, the names so far, what was spoken of last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from backwright.spec.model import BackendSpec
from backwright.spec.reading.clauses import Noun
from backwright.spec.reading.nouns import many_of, name_of, one_of, resource_in
from backwright.spec.reading.tokens import Cursor, Token
from backwright.spec.reading.vocabulary import words


@dataclass
class Talk:
    """State of the reading; ``named`` are the resources this request names, in the plural."""

    spec: BackendSpec
    begins: Callable[[Cursor], bool] = lambda _: False
    named: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    ignored: list[str] = field(default_factory=list)
    has_subject: bool = False
    paged: bool = False
    at_hand: bool = False
    begun: dict[tuple[int, int, int, int, bool], tuple[tuple[Token, ...], bool]] = field(default_factory=dict)

    def is_resource(self, noun: Sequence[str]) -> bool:
        """Whether a name is that of a resource that is there or that this request names."""
        if not noun:
            return False
        name = name_of(noun)
        return bool(name) and (
            resource_in(self.spec, noun) is not None or bool({name, many_of(name), one_of(name)} & self.named)
        )

    def name(self, noun: Sequence[str]) -> None:
        """Remember a resource that this request names."""
        if noun:
            self.named.add(many_of(name_of(noun)))

    def known(self, cursor: Cursor, ahead: int = 0) -> Noun:
        """Return the resource's name that stands at a place, the longest first; empty where there is none."""
        at = ahead
        while cursor.word(at) in words("articles"):
            at += 1
        for length in (3, 2, 1):
            tokens = cursor.tokens[cursor.position + at : cursor.position + at + length]
            if len(tokens) == length and all(token.is_name for token in tokens):
                noun = tuple(token.value for token in tokens)
                if self.is_resource(noun):
                    return noun
        return ()

    def take_known(self, cursor: Cursor) -> Noun:
        """Take the resource's name that stands here, with its articles."""
        noun = self.known(cursor)
        if noun:
            cursor.skip(words("articles"))
            cursor.position += len(noun)
        return noun
