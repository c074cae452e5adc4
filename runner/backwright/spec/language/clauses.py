"""What a clause of a request says, before it is known what it means for the spec at hand.

Names are tuples of words as they were said; an empty tuple means: what was spoken of last.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from backwright.spec.language.said import Said
from backwright.spec.model import FilterOperator, OnDelete, OperationName

Noun = tuple[str, ...]


@dataclass(frozen=True)
class Declare:
    """Resources to be there: ``add products and orders``; ``weak`` where only a theme was named (``a notes app``).

    ``title`` where it is the first line, which may be no more than a title. ``crud`` is whether all the standard
    operations were asked for (``CRUD endpoints for products``).
    """

    names: tuple[Noun, ...]
    verb: str = ""
    counted: bool = False
    weak: bool = False
    article: bool = False
    crud: bool = False
    plain: bool = False
    title: bool = False


@dataclass(frozen=True)
class Has:
    """A resource has members: ``a plant has a name and a species``."""

    subject: Noun
    members: tuple[Said, ...]
    optional: bool = False
    adds: bool = False
    all_of_them: bool = False
    must: bool = False


@dataclass(frozen=True)
class Loosen:
    """The relation that was spoken of last is optional: ``and may be without one``."""


@dataclass(frozen=True)
class Single:
    """The relation that was spoken of last is one to one."""


@dataclass(frozen=True)
class Relates:
    """One belongs to another: ``rooms belong to a hotel``; ``many`` where to several."""

    subject: Noun
    members: tuple[Said, ...]
    optional: bool = False


@dataclass(frozen=True)
class ManyToMany:
    """Each of one has many of the other, and the other way round."""

    left: Noun
    right: Noun


@dataclass(frozen=True)
class Describe:
    """Something more of a field: ``the slug must be unique``."""

    subject: Noun
    details: Said
    of: Noun = ()
    to: str = ""


@dataclass(frozen=True)
class DescribeThem:
    """Something more of the fields that were listed last: ``both are optional``; ``two`` where of the last two."""

    details: Said
    two: bool = False


@dataclass(frozen=True)
class OnlyRequired:
    """Every other field of the resource is optional."""

    subject: Noun
    of: Noun = ()
    others: bool = True


@dataclass(frozen=True)
class Deletion:
    """What happens to rows when the row they belong to is deleted."""

    parent: Noun
    child: Noun
    rule: OnDelete


@dataclass(frozen=True)
class Compare:
    """A rule over two fields: ``start < end``."""

    left: Noun
    operator: str
    right: Noun


@dataclass(frozen=True)
class Together:
    """Fields that are unique only together."""

    names: tuple[Noun, ...]
    subject: Noun = ()


@dataclass(frozen=True)
class Moves:
    """The states a field moves between."""

    subject: Noun
    moves: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Starts:
    """The state of what is new: ``new expenses are submitted``."""

    subject: Noun
    value: str


@dataclass(frozen=True)
class Rename:
    """Another name for a resource or a field."""

    old: Noun
    new: Noun
    of: Noun = ()
    is_field: bool = False
    type: str = ""


@dataclass(frozen=True)
class Remove:
    """A resource, field or operation that goes."""

    names: tuple[Noun, ...]
    of: Noun = ()
    is_field: bool = False


@dataclass(frozen=True)
class Replace:
    """A field that goes for others."""

    old: Noun
    new: tuple[Said, ...]
    of: Noun = ()


@dataclass(frozen=True)
class Who:
    """Who may call: ``kind`` is public, authenticated, owner, role or nobody."""

    kinds: frozenset[str]
    roles: tuple[str, ...] = ()

    def joined(self, other: Who) -> Who:
        """Return these and those."""
        return Who(self.kinds | other.kinds, tuple(dict.fromkeys((*self.roles, *other.roles))))


@dataclass(frozen=True)
class Allow:
    """Who may call which operations; ``rest`` where everything that is not said otherwise is meant.

    ``only`` is whether nobody else may, whatever else is said of these operations; ``loose`` whether nothing says of
    which resource they are: of what was spoken of last, else of all; ``it`` whether a pronoun stands for the resource.
    """

    who: Who
    operations: tuple[OperationName, ...] = ()
    subject: Noun = ()
    everything: bool = False
    rest: bool = False
    own: bool = False
    action: str = ""
    narrow: bool = False
    only: bool = False
    loose: bool = False
    it: bool = False


@dataclass(frozen=True)
class Offer:
    """Which operations there are: ``only`` these, or all but those (``without``)."""

    operations: tuple[OperationName, ...]
    subject: Noun = ()
    without: bool = False
    adds: bool = False


@dataclass(frozen=True)
class Deny:
    """Some may not call these operations."""

    who: Who
    operations: tuple[OperationName, ...]
    subject: Noun = ()


@dataclass(frozen=True)
class ProtectAdmin:
    """``protect the admin endpoints``: what only a role may do, without saying which."""


@dataclass(frozen=True)
class OnlyThese:
    """No other operations than those that were named just before."""


@dataclass(frozen=True)
class OneOf:
    """A single endpoint by what it does: ``an endpoint to list products``."""

    subject: Noun
    operations: tuple[OperationName, ...]


@dataclass(frozen=True)
class Owned:
    """Rows belong to the signed-in user; ``operations`` are those that only the owner may call, where they are said."""

    subject: Noun = ()
    operations: tuple[OperationName, ...] = ()


@dataclass(frozen=True)
class Endpoint:
    """A single endpoint by its method and path."""

    methods: tuple[str, ...]
    path: str
    who: Who | None = None


@dataclass(frozen=True)
class Listing:
    """What a list offers."""

    subject: Noun = ()
    filters: tuple[tuple[Noun, tuple[FilterOperator, ...]], ...] = ()
    sort: tuple[Noun, ...] = ()
    search: tuple[Noun, ...] = ()
    page_size: int | None = None
    max_page_size: int | None = None
    pagination: str = ""


@dataclass(frozen=True)
class Option:
    """A switch of a resource: ``soft_delete``, ``timestamps``, ``key``, ``nested_under`` and the like."""

    name: str
    value: object
    subject: Noun = ()


@dataclass(frozen=True)
class Setting:
    """A setting of the service: ``database``, ``auth``, ``roles``, ``cors_origins`` and the like."""

    name: str
    value: object


@dataclass(frozen=True)
class Profile:
    """Fields of users beyond e-mail and password."""

    members: tuple[Said, ...]


@dataclass(frozen=True)
class Focus:
    """What is spoken of from here on, by words that change nothing."""

    subject: Noun
    field_of: Noun = ()


@dataclass(frozen=True)
class Bare:
    """Fields without a resource named: of what was spoken of last."""

    members: tuple[Said, ...]


@dataclass(frozen=True)
class Ignored:
    """Words without an effect; they are shown as not used."""

    words: tuple[str, ...] = field(default=())


Clause = (
    Declare | Has | Relates | ManyToMany | Describe | Deletion | Compare | Together | Moves | Starts | Rename
    | Remove | Replace | Deny | DescribeThem | Single | OnlyRequired | Loosen | ProtectAdmin | OnlyThese | OneOf
    | Allow | Offer | Owned | Endpoint | Listing | Option | Setting | Profile | Focus | Bare | Ignored
)  # fmt: skip
