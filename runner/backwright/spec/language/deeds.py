"""Who is meant, and what they do to which resources: the parts of statements about access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from backwright.naming import singular, snake
from backwright.spec.language import clauses as say
from backwright.spec.language.chart import Node
from backwright.spec.language.clauses import Noun, Who
from backwright.spec.language.nouns import resource_in
from backwright.spec.language.telling import Telling, Told
from backwright.spec.language.tokens import Misread
from backwright.spec.language.words import words
from backwright.spec.model import OperationName as Op
from backwright.spec.nouns import is_plural

OWNERS = frozenset({"author", "authors", "owner", "owners", "creator", "creators", "person", "account", "member"})
_PRONOUNS = frozenset({"them", "they", "those", "these"})
READ = (Op.LIST, Op.GET)
EDIT = (Op.REPLACE, Op.UPDATE)
WRITE = (Op.CREATE, Op.REPLACE, Op.UPDATE, Op.DELETE)
ALL = (*READ, *WRITE)
OPERATIONS: Mapping[str, tuple[Op, ...]] = {
    "list": (Op.LIST,),
    "get": (Op.GET,),
    "read": READ,
    "create": (Op.CREATE,),
    "edit": EDIT,
    "update": (Op.UPDATE,),
    "replace": (Op.REPLACE,),
    "delete": (Op.DELETE,),
    "write": WRITE,
    "bulk": (Op.BULK,),
    "all": ALL,
}
METHODS = {"get": READ, "post": (Op.CREATE,), "put": (Op.REPLACE,), "patch": (Op.UPDATE,), "delete": (Op.DELETE,)}
_CALLING = frozenset({"call", "use", "calls", "uses", "called", "used", "hit", "reach", "it", "that", "this"})
PUBLIC = Who(frozenset({"public"}))
SIGNED_IN = Who(frozenset({"authenticated"}))
OWNER = Who(frozenset({"owner"}))
EVERYTHING: Noun = ("*",)
"""Stands for every resource: ``everyone may read everything``."""


def who_of(t: Telling, node: Node | None) -> Who:
    """Return who is meant."""
    found: Who | None = None
    for one in node.all("w") if node is not None and node.tag == "Who" else [node] if node is not None else []:
        who = named_who(t, one)
        found = who if found is None else found.joined(who)
    if found is None:
        return SIGNED_IN
    if "public" in found.kinds:
        return PUBLIC
    return found


def named_who(t: Telling, node: Node) -> Who:
    """Return who one name means."""
    if node.tag != "role":
        return Who(frozenset({node.tag}))
    named = [one for aside in node.all("RoleAside") for one in aside.all("x")] or node.all("r")
    for one in named:
        _check_role(t, node, one)
    return Who(frozenset({"role"}), tuple(role_of(t.noun(one)) for one in named))


def _check_role(t: Telling, node: Node, name: Node) -> None:
    """Refuse a word that nothing says to be a role: ``this is confidential``."""
    noun = t.noun(name)
    role = role_of(noun)
    is_alone = (node.start, node.end) == (name.start, name.end)
    is_listed = role in t.context.roles or role in words("roles") or role.rpartition("_")[2] in words("roles")
    if is_alone and not is_listed and not is_plural(noun[-1].lower()):
        raise Misread(noun, f"if this is a role, call it the role {' '.join(noun)}")


def role_of(noun: Noun) -> str:
    """Return the name of a role: the singular in snake_case."""
    name = snake("_".join(noun))
    return {"administrator": "admin"}.get(singular(name), singular(name)) if name not in ("hr", "sales") else name


def operations_of(t: Telling, node: Node | None) -> tuple[Op, ...]:
    """Return the operations that verbs name; methods in parentheses say it more exactly: ``edit (PATCH)``."""
    found: list[Op] = []
    for one in node.all("o") if node is not None else ():
        methods = [method for listed in one.all("x") for method in listed.all("h")]
        token = t.chart.tokens[one.start]
        if methods:
            operations = tuple(op for method in methods for op in METHODS[method.tag])
        elif token.text.isupper() and token.lower in METHODS and one.tag != "bulk":
            operations = METHODS[token.lower]
        else:
            operations = OPERATIONS[(one.one("Op") or one).tag]
        found += operations
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Deed:
    """What is done to which resource.

    ``everything`` is whether all that can be done is meant, ``loose`` whether no object was said at all, ``narrow``
    whether an endpoint may be meant that was spoken of: ``call it``. ``calls`` are methods and paths of endpoints that
    are not there; ``it`` is whether a pronoun stands for the resource.
    """

    operations: tuple[Op, ...]
    subject: Noun
    everything: bool = False
    loose: bool = False
    narrow: bool = False
    it: bool = False
    calls: tuple[tuple[str, str], ...] = ()


def deeds_of(t: Telling, node: Node, label: str = "d") -> list[Deed]:
    """Return what is done; where only one of several names the resource, it is the one of all."""
    found: list[Deed] = []
    for one in (deed for deeds in node.all(label) for deed in deeds.all("d")):
        if one.tag == "calls":
            found += [_called(t, call) for call in one.all("e")]
        elif one.tag == "verb":
            found.append(Deed((Op.CREATE,), t.noun(one.one("v"))))
        else:
            verbs = one.one("op")
            everything = verbs is not None and any((o.one("Op") or o).tag == "all" for o in verbs.all("o"))
            said = " ".join(t.chart.text(obj).lower() for obj in one.all("obj"))
            loose = not one.has("o") and said in ("", "all", "any", "for all", "on all", "each")
            nouns = subjects(t, one)
            narrow = everything and not nouns and bool(set(t.chart.keys[one.start : one.end]) & _CALLING)
            it = not nouns and bool(set(said.split()) & {"it", "them", "these", "those", "this", "that"})
            found += [Deed(operations_of(t, verbs), noun, everything, loose, narrow, it) for noun in nouns or [()]]
    named = [deed.subject for deed in found if deed.subject] or list(_spoken_of(t, node))[:1]
    if named:
        t.context.spoken = list(dict.fromkeys(named))
    elif len(t.context.spoken) > 1 and _PRONOUNS & set(t.chart.text(node).lower().split()):
        return [replace(deed, subject=noun, it=False) for noun in t.context.spoken for deed in found]
    return [deed if deed.subject or not named else replace(deed, subject=named[0]) for deed in found]


def _called(t: Telling, call: Node) -> Deed:
    path = call.one("p")
    text = "" if path is None else t.chart.tokens[path.start].text
    parts = [part for part in text.split("/") if part]
    methods = [t.chart.tokens[one.start].lower for one in call.all("m")]
    noun = ((parts or [""])[0].replace("-", "_"),)
    if len(parts) not in (1, 2) or resource_in(t.context.spec, noun) is None:
        return Deed((), (), calls=tuple((method, text) for method in methods))
    reading = (Op.LIST,) if len(parts) == 1 else (Op.GET,)
    operations = (op for method in methods for op in (reading if method == "get" else METHODS[method]))
    return Deed(tuple(operations), noun)


def _spoken_of(t: Telling, node: Node) -> Iterator[Noun]:
    """Yield the resources that are named by whose they are: ``the one who created a task``."""
    for who in node.all("w"):
        for one in who.all("w") if who.tag == "Who" else [who]:
            for known in (*one.all("Known"), *(k for dets in one.all("Dets") for k in dets.all("Known"))):
                yield t.noun(known)


def subjects(t: Telling, *nodes: Node | None) -> list[Noun]:
    """Return the resources that parts of a statement name."""
    found: list[Noun] = []
    for node in nodes:
        if node is None:
            continue
        found += [t.noun(one) for one in node.all("o") if one.tag == "name"]
        found += [t.noun(one) for one in node.all("u")]
        if node.tag == "OpObject" and t.chart.text(node).lower() in ("everything", "anything"):
            found.append(EVERYTHING)
        for inner in ("OpObject", "obj", "OfObject", "ObjectSubject", "OthersOf", "Own"):
            found += subjects(t, *node.all(inner))
    return list(dict.fromkeys(found))


def all_subjects(t: Telling, node: Node) -> list[Noun]:
    """Return the resources a statement is about: those it names, else those that were spoken of last."""
    own = [t.noun(one) for one in node.all("o") if one.tag == "name"]
    nested = subjects(
        t, *(node.all("obj") + node.all("OfObject") + node.all("OpObject") + node.all("OthersOf") + node.all("Own"))
    )
    found = list(dict.fromkeys([*own, *nested]))
    if found:
        t.context.spoken = found
        return found
    return (
        t.context.spoken if len(t.context.spoken) > 1 and _PRONOUNS & set(t.chart.text(node).lower().split()) else [()]
    )


def of_node(t: Telling, node: Node) -> list[Deed]:
    """Return what is done, by verbs and their objects or by objects and what may be done with them."""
    if node.has("d"):
        return deeds_of(t, node)
    operations = operations_of(t, node.one("op"))
    verbs = node.one("op")
    everything = verbs is not None and any((o.one("Op") or o).tag == "all" for o in verbs.all("o"))
    return [Deed(operations, subject, everything) for subject in all_subjects(t, node)]


def resources_for(who: Who) -> Told:
    """Yield that all resources are for somebody."""
    if who.kinds == {"authenticated"}:
        yield say.Setting("default_access", "authenticated")
    elif who.kinds == {"public"}:
        yield say.Setting("default_access", "public")
    else:
        yield say.Allow(who, (), (), everything=True)
