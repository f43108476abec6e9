"""Tagged values of scenarios.json: to what dmPython takes, and from what it gives to a text that can be compared."""

import datetime
import decimal
import re
import struct


def kind_of(value):
    if value is None:
        return "null"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, str):
        return "text"
    return next(iter(value))


def payload(value):
    if not isinstance(value, dict):
        return str(value)
    return value[kind_of(value)] * value.get("times", 1)


def fill(value, index):
    if not isinstance(value, dict):
        return value
    return {tag: text.replace("{i}", str(index)) if isinstance(text, str) else text for tag, text in value.items()}


def generate(column, index):
    if "from" in column:
        return column["from"] + index * column.get("step", 1)
    if "cycle" in column:
        return fill(column["cycle"][index % len(column["cycle"])], index)
    return fill(column, index)


def expand_rows(rows):
    """The rows of a step: given one by one, or by a generator."""
    if isinstance(rows, list):
        return rows
    return [[generate(column, index) for column in rows["columns"]] for index in range(rows["generate"])]


def to_parameter(value):
    kind, text = kind_of(value), payload(value)
    if kind == "null":
        return None
    if kind == "integer":
        return int(text)
    if kind == "decimal":
        return decimal.Decimal(text)
    if kind in ("double", "real"):
        return float(text)
    if kind == "bytes":
        return bytes.fromhex(text)
    if kind == "date":
        return datetime.date.fromisoformat(text)
    if kind == "interval_ym":
        return text if text.startswith("INTERVAL") else f"INTERVAL '{text}' YEAR(4) TO MONTH"
    if kind == "interval_ds":
        return text if text.startswith("INTERVAL") else f"INTERVAL '{text}' DAY(4) TO SECOND(6)"
    # dmPython drops the fraction of a datetime.time and the zone of a datetime.datetime: text keeps both
    return text


PYTHON_TYPES = {"integer": int, "text": str, "clob": str, "decimal": decimal.Decimal, "double": float, "bytes": bytes, "date": datetime.date,
                "timestamp": datetime.datetime}


def plain_decimal(text):
    number = decimal.Decimal(text.strip())
    return "0" if number == 0 else f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def trim_fraction(text):
    return text.rstrip("0").rstrip(".") if "." in text else text


def instant(text):
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.(\d+))? ?([+-])(\d\d):?(\d\d)", text)
    offset = datetime.timedelta(hours=int(match[4]), minutes=int(match[5])) * (-1 if match[3] == "-" else 1)
    utc = datetime.datetime.fromisoformat(match[1]) - offset
    return trim_fraction(f"{utc}.{match[2] or 0}") + " UTC"


FIELD = "(YEAR|MONTH|DAY|HOUR|MINUTE|SECOND)"
INTERVAL = re.compile(rf"(?i)(?:INTERVAL\s*)?(-?)\s*'?\s*(-?)([\d :.-]+?)'?(?:\s+{FIELD}\s*(?:\([^)]*\))?(?:\s+TO\s+{FIELD}.*)?)?")
MONTHS = {"YEAR": 12, "MONTH": 1}
SECONDS = {"DAY": 86400, "HOUR": 3600, "MINUTE": 60, "SECOND": 1}


def interval(text, months):
    """Months or seconds. Without a qualifier in the text all fields of the kind are there."""
    match = INTERVAL.fullmatch(text.strip())
    sizes = MONTHS if months else SECONDS
    fields = list(sizes)
    first = fields.index(match[4].upper()) if match[4] else 0
    last = fields.index(match[5].upper()) if match[5] else first if match[4] else len(fields) - 1
    total = sum(decimal.Decimal(part) * sizes[field]
                for part, field in zip(re.split(r"[ :-]", match[3]), fields[first:last + 1], strict=True))
    return (match[1] or match[2]) + plain_decimal(str(total)) + (" months" if months else " s")


def canonical(kind, value):
    """The text under which a value is compared; the kind is that of the expected value."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return value.hex() if kind == "bytes" else f"bytes {value.hex()}"
    if isinstance(value, datetime.timedelta):
        micro = round(value / datetime.timedelta(microseconds=1))
        return ("-" if micro < 0 else "") + plain_decimal(str(decimal.Decimal(abs(micro)) / 1000000)) + " s"
    if isinstance(value, bool):
        value = int(value)
    text = str(value)
    try:
        if kind in ("integer", "decimal"):
            return plain_decimal(text)
        if kind == "double":
            return repr(float(text))
        if kind == "real":
            return repr(struct.unpack("f", struct.pack("f", float(text)))[0])
        if kind in ("time", "timestamp"):
            return trim_fraction(text)
        if kind == "timestamptz":
            return instant(text)
        if kind in ("interval_ym", "interval_ds"):
            return interval(text, kind == "interval_ym")
    except (ArithmeticError, ValueError, TypeError):
        return f"no {kind}: {text}"
    return text


def expected_text(value):
    return "NULL" if value is None else payload(value) if kind_of(value) == "bytes" else canonical(kind_of(value), payload(value))
