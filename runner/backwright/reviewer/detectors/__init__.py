"""What finds the faults: each module the detectors of one kind of fault."""

from __future__ import annotations

from backwright.reviewer.detectors.contract import routes_without_model
from backwright.reviewer.detectors.indexes import bare_keys, unindexed_filters
from backwright.reviewer.detectors.limits import uncapped_limits

DETECTORS = (routes_without_model, uncapped_limits, bare_keys, unindexed_filters)
