"""Prompt History Records: what they hold, how they are named, written and read."""

from backwright.memory.record import CheckResult, Evaluation, Links, Outcome, Record, Run, Stage
from backwright.memory.record_names import (
    next_id,
    number_of,
    record_path,
    route_of,
    slug_of,
    stage_and_feature,
    title_of,
)
from backwright.memory.record_reader import parse_record
from backwright.memory.record_text import normal, render_record

__all__ = [
    "CheckResult",
    "Evaluation",
    "Links",
    "Outcome",
    "Record",
    "Run",
    "Stage",
    "next_id",
    "normal",
    "number_of",
    "parse_record",
    "record_path",
    "render_record",
    "route_of",
    "slug_of",
    "stage_and_feature",
    "title_of",
]
