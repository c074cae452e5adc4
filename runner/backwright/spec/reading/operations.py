"""The operations that verbs name: ``read``, ``edit``, ``PATCH``, ``reading``, ``deleted``."""

from __future__ import annotations

from backwright.spec.model import OperationName as Op
from backwright.spec.reading.tokens import Cursor, Phrases

READ = (Op.LIST, Op.GET)
WRITE = (Op.CREATE, Op.REPLACE, Op.UPDATE, Op.DELETE)
EDIT = (Op.REPLACE, Op.UPDATE)
ALL = (*READ, *WRITE)
_VERBS: dict[tuple[Op, ...], str] = {
    (Op.LIST,):
        "list,lists,listing,listed,browse,browsing,browsed,get all,get a list of,be listed,listable,list all,"
        "get the list,list them,listings",
    (Op.GET,):
        "fetch one,get one,retrieve one,get by id,get one by id,get a single one,fetched by id,detail,fetch by id,"
        "get single,read one,get a single",
    READ:
        "read,reads,reading,see,sees,seeing,seen,view,views,viewing,viewed,look at,looked at,looking at,get,gets,"
        "getting,fetch,fetches,fetching,fetched,retrieve,retrieves,retrieving,retrieved,"
    "access,accessed,reads on,read access,readable,visible,view and list,show,shown,reads of,find,get access to,"
    "consult,look up,read access to,query,visit,viewable,have a look at,looks at,have read access,"
    "have read access to,read-only access,read only,only read,read-only access to,a look at,look into,reads to,"
    "open,load",
    (Op.CREATE,):
        "create,creates,creating,created,add,adds,adding,added,post,posts,posting,posted,submit,submits,submitting,"
        "submitted,insert,inserting,creation,make new,write new,file,files,place,placed,placing,enter,"
    "entered,creatable,create new,add new,post new,send in,leave,leaves,open new,book,books,creation of,make,"
    "register,write one,write them,send,publish,record,upload new,subscribe,sign up for,make a new,start new,"
    "request,raise,raises,log,report,creates new",
    EDIT:
        "update,updates,updating,updated,edit,edits,editing,edited,change,changes,changing,changed,modify,modifies,"
        "modifying,modified,rename,renames,renaming,alter,altered,amend,updatable,editable,update of,editing of,"
        "correct,changeable,adjust",
    (Op.UPDATE,): "patch,patched,patching,update via patch,partially update,partial updates,partial update,patches",
    (Op.REPLACE,): "put,replace,replaced,replacing,replacement,puts,full updates,full update",
    (Op.DELETE,):
        "delete,deletes,deleting,deleted,remove,removes,removing,removed,deletion,destroy,deletable,removal,"
        "deletions,deletion of,erase,be deleted,removable,cancel them,delete them,remove them",
    WRITE:
        "write,writes,writing,written,write to,write access,write access to,manage,manages,managing,managed,"
        "maintain,maintains,maintained,curate,administer,write operations,writing operations,modifying operations,"
        "mutations,modifications,have write access,have write access to,manipulate,change anything,"
        "changing anything,change anything about,change anything in,write anything",
    (Op.BULK,):
        "bulk create,bulk import,bulk insert,bulk-create,bulk,batch create,batch import,import in bulk,"
        "create in bulk,bulk-import,bulk upload,mass import,batch insert,batch,bulk creation,bulk creates,"
        "bulk inserts",
    ALL:
        "do everything,use,do anything,everything,all operations,have full access,full access,work with,"
        "access all of,do all,do all of this,do anything with,have full access to,full access to,use all of,"
        "do everything with,all endpoints,any operation,every operation,all actions,use the api,call,use any of",
    (*READ, Op.CREATE): "list create",
}  # fmt: skip
_BY_VERB = {phrase: operations for operations, line in _VERBS.items() for phrase in line.split(",")}
_PHRASES = Phrases(_BY_VERB)
_METHODS = {"get": READ, "post": (Op.CREATE,), "put": (Op.REPLACE,), "patch": (Op.UPDATE,), "delete": (Op.DELETE,)}
_BETWEEN = frozenset({",", "and", "or", "&", "/", "+", "nor", "and/or"})
_FILLERS = frozenset(
    {
        "be",
        "only",
        "also",
        "even",
        "just",
        "to",
        "additionally",
        "freely",
        "the",
        "via",
        "fully",
        "actually",
        "still",
        "both",
        "either",
        "been",
        "neither",
    }
)
PASSIVES = frozenset({"deleted", "read", "created", "updated", "edited", "changed", "removed", "listed",
    "fetched", "viewed", "seen", "written", "managed", "accessed", "replaced", "modified", "posted",
    "retrieved", "added", "patched", "deletable", "creatable", "editable", "updatable", "readable",
    "visible", "browsed", "maintained", "submitted", "placed", "altered", "entered", "listable", "renamed",
    "removable", "looked", "viewable", "changeable"})  # fmt: skip


def read_operations(cursor: Cursor) -> tuple[Op, ...]:
    """Read verbs parted by commas and ``and``; empty where none stands here."""
    found: list[Op] = []
    while not cursor.ended:
        before = cursor.position
        if found:
            separated = cursor.skip(_BETWEEN)
            if not separated:
                break
        cursor.skip(_FILLERS)
        operations = _one(cursor)
        if not operations:
            cursor.position = before
            break
        found += operations
    return tuple(dict.fromkeys(found))


def _one(cursor: Cursor) -> tuple[Op, ...]:
    token = cursor.peek()
    if token is not None and token.kind == "word" and token.text.isupper() and token.lower in _METHODS:
        cursor.take()
        return _METHODS[token.lower]
    if token is not None and "/" in token.text and token.kind == "word":
        parts = token.lower.split("/")
        if all(part in _BY_VERB for part in parts):
            cursor.take()
            return tuple(operation for part in parts for operation in _BY_VERB[part])
    phrase = cursor.one_of(_PHRASES)
    if phrase in ("put", "patch", "delete", "get", "post", "update via patch"):
        cursor.phrase("requests", "endpoint", "endpoints", "route")
    return _BY_VERB[phrase] if phrase else ()
