"""Regular expressions for the decimals of a range, so that a schema says exactly what is accepted."""

from __future__ import annotations

ANY = "[0-9]"


def decimal_pattern(low: int, high: int, scale: int) -> str:
    """Return a pattern for the decimals from ``low`` to ``high``, both counted in the smallest unit.

    The texts have no leading zeros, a minus only before what is below zero, and at most ``scale`` digits after the
    point. ``decimal_pattern(1, 999, 2)`` takes 0.01 to 9.99.

    Raises:
        ValueError: the range is empty.
    """
    if low > high:
        raise ValueError("an empty range")
    options = []
    if low < 0:
        options.append("-" + _group(_magnitudes(max(1, -high), -low, scale)))
    if high >= 0:
        options.extend(_magnitudes(max(0, low), high, scale))
    return f"^{_group(options)}$"


def _magnitudes(low: int, high: int, scale: int) -> list[str]:
    unit = 10**scale
    (first, from_), (last, to) = divmod(low, unit), divmod(high, unit)
    if first == last:
        return [f"{first}{_fraction(from_, to, scale)}"]
    options = []
    if from_ > 0:
        options.append(f"{first}{_fraction(from_, unit - 1, scale)}")
        first += 1
    whole = last if to < unit - 1 else last + 1
    if first < whole:
        options.append(_group(_integers(first, whole - 1)) + _fraction(0, unit - 1, scale))
    if to < unit - 1:
        options.append(f"{last}{_fraction(0, to, scale)}")
    return options


def _fraction(low: int, high: int, scale: int) -> str:
    """Return a pattern for the point and what follows it, empty where the fraction may be left out."""
    if scale == 0:
        return ""
    if high == 0:
        return rf"(\.0{{1,{scale}}})?"
    if low == 0 and high == 10**scale - 1:
        return rf"(\.{_times(1, scale)})?"
    digits = _group([option for option in _shorter(low, high, scale) if option])
    return rf"(\.{digits})?" if low == 0 else rf"\.{digits}"


def _shorter(low: int, high: int, width: int) -> list[str]:
    """Return patterns for up to ``width`` digits, zeros at the end left out or not, between two values."""
    if width == 0:
        return [""]
    if low == 0 and high == 10**width - 1:
        return [_times(0, width)]
    unit = 10 ** (width - 1)
    options = [""] if low == 0 else []
    groups: dict[str, list[int]] = {}
    for digit in range(low // unit, high // unit + 1):
        sub_low = max(low - digit * unit, 0)
        sub_high = min(high - digit * unit, unit - 1)
        groups.setdefault(_optional(_shorter(sub_low, sub_high, width - 1)), []).append(digit)
    return options + [_digits(digits) + rest for rest, digits in groups.items()]


def _optional(options: list[str]) -> str:
    if "" not in options:
        return _group(options)
    rest = [option for option in options if option]
    return f"({'|'.join(rest)})?" if rest else ""


def _integers(low: int, high: int) -> list[str]:
    """Return patterns for the whole numbers between two, without leading zeros."""
    if low == 0:
        return ["0", *(_integers(1, high) if high > 0 else [])]
    options: list[str] = []
    width = len(str(low))
    while low <= high:
        end = min(high, 10**width - 1)
        if low == 10 ** (width - 1) and end == 10**width - 1:
            longest = width
            while 10 ** (longest + 1) - 1 <= high:
                longest += 1
            options.append("[1-9]" + _times(width - 1, longest - 1))
            width, end = longest, 10**longest - 1
        else:
            options.extend(_same_width(low, end, width))
        low, width = end + 1, width + 1
    return options


def _same_width(low: int, high: int, width: int) -> list[str]:
    if width == 0:
        return [""]
    unit = 10 ** (width - 1)
    groups: dict[str, list[int]] = {}
    for digit in range(low // unit, high // unit + 1):
        sub_low = max(low - digit * unit, 0)
        sub_high = min(high - digit * unit, unit - 1)
        full = sub_low == 0 and sub_high == unit - 1
        rest = _times(width - 1, width - 1) if full else _group(_same_width(sub_low, sub_high, width - 1))
        groups.setdefault(rest, []).append(digit)
    return [_digits(digits) + rest for rest, digits in groups.items()]


def _digits(digits: list[int]) -> str:
    if len(digits) == 1:
        return str(digits[0])
    return (
        f"[{digits[0]}-{digits[-1]}]" if digits[-1] - digits[0] == len(digits) - 1 else f"[{''.join(map(str, digits))}]"
    )


def _times(least: int, most: int) -> str:
    if most == 0:
        return ""
    if least == most:
        return ANY if most == 1 else f"{ANY}{{{most}}}"
    return f"{ANY}?" if most == 1 else f"{ANY}{{{least},{most}}}"


def _group(options: list[str]) -> str:
    return options[0] if len(options) == 1 else f"({'|'.join(options)})"
