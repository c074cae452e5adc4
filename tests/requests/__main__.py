"""How many requests are read exactly as meant: ``python -m tests.requests [open|held_back|held_back_2] [id …]``."""

from __future__ import annotations

import sys
from collections import Counter

from tests.requests.reading import backends, entries, judge


def main() -> None:
    """Print the numbers; for the open set also what was read otherwise than meant."""
    name = sys.argv[1] if len(sys.argv) > 1 else "open"
    only = set(sys.argv[2:])
    specs = backends()
    outcomes = [judge(entry, specs[entry["backend"]]) for entry in entries(name) if not only or entry["id"] in only]
    if name != "held_back_2":
        requests = {entry["id"]: entry["request"] for entry in entries(name)}
        for outcome in outcomes:
            if outcome.verdict in ("refused wrongly", "read wrongly"):
                print(f"{outcome.id} {outcome.verdict}: {' '.join(requests[outcome.id].split())}")
                print("     ", outcome.message)
                for sign, facts in (("-", outcome.missing), ("+", outcome.extra)):
                    print(
                        *(f"      {sign} {path} = {value}\n" for path, value in sorted(facts, key=str)), sep="", end=""
                    )
    counts = Counter(outcome.verdict for outcome in outcomes)
    right = counts["exact"] + counts["refused"]
    print(f"{name}: {len(outcomes)} requests")
    for verdict in ("exact", "refused", "refused wrongly", "read wrongly"):
        print(f"  {verdict:16} {counts[verdict]:4}  {counts[verdict] / max(1, len(outcomes)):.1%}")
    print(f"  right            {right:4}  {right / max(1, len(outcomes)):.1%}")


if __name__ == "__main__":
    main()
