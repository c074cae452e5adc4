"""What finds the faults: each module the detectors of one kind of fault."""

from __future__ import annotations

from backwright.reviewer.detectors.access import without_owner_check, writing_without_caller
from backwright.reviewer.detectors.configuration import any_origin, debug_on, middleware_order, secrets_in_source
from backwright.reviewer.detectors.contract import routes_without_model
from backwright.reviewer.detectors.database import (
    commits_in_finally,
    engine_settings,
    shared_sessions,
    sync_drivers,
    unclosed_sessions,
)
from backwright.reviewer.detectors.exposure import (
    leaked_errors,
    privileged_fields,
    raw_attributes,
    secrets_in_answers,
    secrets_in_query,
)
from backwright.reviewer.detectors.indexes import bare_keys, unindexed_filters
from backwright.reviewer.detectors.injection import paths_to_anywhere, requests_to_anywhere, sql_from_text
from backwright.reviewer.detectors.limits import uncapped_limits
from backwright.reviewer.detectors.performance import blocking_calls, lists_without_pages, queries_per_row
from backwright.reviewer.detectors.tokens import unverified_tokens
from backwright.reviewer.detectors.values import naive_datetimes, shared_defaults

DETECTORS = (
    routes_without_model,
    uncapped_limits,
    bare_keys,
    without_owner_check,
    unverified_tokens,
    secrets_in_query,
    secrets_in_answers,
    privileged_fields,
    raw_attributes,
    writing_without_caller,
    requests_to_anywhere,
    debug_on,
    any_origin,
    leaked_errors,
    paths_to_anywhere,
    secrets_in_source,
    sql_from_text,
    queries_per_row,
    blocking_calls,
    unindexed_filters,
    lists_without_pages,
    engine_settings,
    sync_drivers,
    unclosed_sessions,
    shared_sessions,
    middleware_order,
    naive_datetimes,
    shared_defaults,
    commits_in_finally,
)
