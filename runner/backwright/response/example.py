"""An example call in shell: it makes an account where one is needed, then what the call refers to, then calls."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from backwright.naming import kebab
from backwright.spec.access import access_of, has_auth
from backwright.spec.model import (
    Access,
    BackendSpec,
    FieldSpec,
    FieldType,
    KeyType,
    OperationName,
    RelationKind,
    RelationSpec,
    ResourceSpec,
)

_PROLOGUE = """\
# In the backend's folder, with it running (`fastapi run`)
set -e
url=${BASE_URL:-http://127.0.0.1:8000}
field() { python3 -c "import json, sys; print(json.load(sys.stdin)['$1'])"; }
call() { curl --silent --show-error --fail-with-body "$@"; }"""
_ACCOUNT = """\
email="ada-$(python3 -c 'import secrets; print(secrets.token_hex(8))')@example.com"
phrase="Aa1-$(python3 -c 'import secrets; print(secrets.token_hex(8))')\""""
_REGISTER = """\
call "$url{prefix}/auth/register" --header 'Content-Type: application/json' \\
  --data {body}"""
_SUPERUSER = 'echo "$phrase" | python -m app.create_superuser "$email"'
_LOGIN = """\
token=$(call "$url{prefix}/auth/login" --data-urlencode "username=$email" --data-urlencode "password=$phrase" \\
  | field access_token)"""
_COOKIE_LOGIN = """\
jar=$(mktemp)
csrf=$(call "$url{prefix}/auth/login" --cookie-jar "$jar" --data-urlencode "username=$email" \\
  --data-urlencode "password=$phrase" | field csrf_token)"""
_BEARER = ' --header "Authorization: Bearer $token"'
_COOKIES = ' --cookie "$jar" --header "X-CSRF-Token: $csrf"'


@dataclass(frozen=True)
class Call:
    """One operation on a resource; ``variable`` keeps the key of what it makes for the calls after it."""

    resource: ResourceSpec
    operation: OperationName
    variable: str | None = None


def example_of(spec: BackendSpec, resource: ResourceSpec) -> str | None:
    """Return a shell script that creates a row (else lists rows) of a resource in a backend that is running.

    ``BASE_URL`` says where that is. None where no call can be made that needs nothing else.
    """
    calls = _calls(spec, resource)
    if not calls:
        return None
    needs_account = any(_access(spec, call) is not Access.PUBLIC for call in calls)
    lines = [_PROLOGUE]
    if needs_account:
        lines += _signing_in(spec, is_superuser=any(_access(spec, call) is Access.ROLE for call in calls))
    lines += [_line(spec, call, signed_in=needs_account) for call in calls]
    return "\n".join(lines)


def account_example(spec: BackendSpec) -> str:
    """Return a shell script that makes an account, signs in and asks who one is."""
    shown = f'call "$url{spec.service.api_prefix}/users/me"{_credentials(spec)}'
    return "\n".join([_PROLOGUE, *_signing_in(spec, is_superuser=False), shown])


def _calls(spec: BackendSpec, resource: ResourceSpec) -> tuple[Call, ...]:
    if creatable := _creating(spec, resource, ()):
        return creatable
    names = {operation.name for operation in resource.operations}
    return (Call(resource, OperationName.LIST),) if OperationName.LIST in names else ()


def _creating(spec: BackendSpec, resource: ResourceSpec, above: tuple[str, ...]) -> tuple[Call, ...]:
    """Return the calls that create a row after the rows it has to belong to; none where that cannot be done."""
    if resource.name in above or all(one.name is not OperationName.CREATE for one in resource.operations):
        return ()
    calls: list[Call] = []
    for relation in _sent_relations(resource):
        parent = spec.resource(relation.target)
        made = _creating(spec, parent, (*above, resource.name)) if parent else ()
        if not made:
            return ()
        calls += [call for call in made if call not in calls]
    return (*calls, Call(resource, OperationName.CREATE, _variable(resource) if above else None))


def _sent_relations(resource: ResourceSpec) -> tuple[RelationSpec, ...]:
    return tuple(one for one in resource.relations if one.required and one.kind is RelationKind.BELONGS_TO)


def _access(spec: BackendSpec, call: Call) -> Access:
    operation = next(one for one in call.resource.operations if one.name is call.operation)
    return access_of(spec.service, call.resource, operation) if has_auth(spec.service) else Access.PUBLIC


def _signing_in(spec: BackendSpec, *, is_superuser: bool) -> Iterator[str]:
    auth, prefix = spec.service.auth, spec.service.api_prefix
    yield _ACCOUNT
    if is_superuser or not auth.registration:
        yield _SUPERUSER
    else:
        variables = {"email": '"$email"', "password": '"$phrase"'}
        yield _REGISTER.format(
            prefix=prefix, body=_json_word(_body(auth.profile), variables, texts=("email", "password"))
        )
    yield (_COOKIE_LOGIN if auth.cookie else _LOGIN).format(prefix=prefix)


def _credentials(spec: BackendSpec) -> str:
    return _COOKIES if spec.service.auth.cookie else _BEARER


def _line(spec: BackendSpec, call: Call, *, signed_in: bool) -> str:
    path = f'call "$url{spec.service.api_prefix}/{kebab(call.resource.name)}"'
    line = path + (_credentials(spec) if signed_in else "")
    if call.operation is OperationName.CREATE:
        line += f" --header 'Content-Type: application/json' \\\n  --data {_data(spec, call.resource)}"
    return f"{call.variable}=$({line} | field id)" if call.variable else line


def _data(spec: BackendSpec, resource: ResourceSpec) -> str:
    parents = {f"{one.name}_id": spec.resource(one.target) for one in _sent_relations(resource)}
    variables = {name: f'"${_variable(parent)}"' for name, parent in parents.items() if parent}
    texts = tuple(name for name, parent in parents.items() if parent and parent.key is KeyType.UUID)
    return _json_word(_body(resource.fields), variables, texts)


def _variable(resource: ResourceSpec) -> str:
    return f"{resource.singular}_id"


def _json_word(body: dict[str, object], variables: dict[str, str], texts: tuple[str, ...]) -> str:
    """Return a JSON object as one shell word, in which some values are variables; ``texts`` are those in quotes."""
    whole = body | {name: f"<{name}>" for name in variables}
    word = shlex.quote(json.dumps(whole, ensure_ascii=False))
    for name, variable in variables.items():
        quote = '"' if name in texts else ""
        word = word.replace(f'"<{name}>"', f"{quote}'{variable}'{quote}")
    return word


def _body(fields: tuple[FieldSpec, ...]) -> dict[str, object]:
    from backwright.codegen.samples import samples

    scalars = (field for field in fields if field.type not in (FieldType.ARRAY, FieldType.OBJECT))
    return {field.name: samples(field, 1)[0] for field in scalars if not field.read_only}
