"""Snapshots that the contract of a task takes, made from its schema."""

from hypothesis import strategies as st

from models.sensitivity import Sensitivity

DAYS = ("2025-10-15", "2025-11-03")
WORDS = ("amber", "birch", "cedar")
UNCOMMON = {
    Sensitivity.RATE: (37, 41, 43),
    Sensitivity.MARGIN: (47, 53, 59),
    Sensitivity.PERSONAL_TIME: (61, 67, 71),
    Sensitivity.CLIENT: (73, 79, 83),
}
"""Numbers that no sentence holds by itself, as it does the 5 of "the last 5 working days"; each kind has its own."""
LARGEST = 84


def snapshots(task):
    """Any snapshot of the task as plain values."""
    return st.fixed_dictionaries({name: _any(schema) for name, schema in _schemas(task).items()})


def telling_snapshots(task):
    """Snapshots in which only what is sensitive holds a number, and one that is found again wherever it is told."""
    return st.fixed_dictionaries(
        {
            name: _uncommon(schema, UNCOMMON[task.sensitive[name]])
            if name in task.sensitive
            else st.just(_plainest(name, schema))
            for name, schema in _schemas(task).items()
        }
    )


def _schemas(task):
    return task.snapshot.model_json_schema()["properties"]


def _shape(schema):
    """The part of a schema that is not null, and whether null is taken."""
    options = schema.get("anyOf", [schema])
    return next(option for option in options if option["type"] != "null"), len(options) > 1


def _bounds(shape, widest):
    low = max(shape.get("minimum", shape.get("exclusiveMinimum", -widest)), -widest)
    return low + ("exclusiveMinimum" in shape), min(shape.get("maximum", widest), widest)


def _any(schema):
    shape, nullable = _shape(schema)
    low, high = _bounds(shape, 10_000)
    value = {
        "string": st.sampled_from(DAYS if "pattern" in shape else WORDS),
        "integer": st.integers(int(low), int(high)) if shape["type"] == "integer" else None,
        "number": st.floats(low, high, allow_nan=False),
    }[shape["type"]]
    return st.none() | value if nullable else value


def _uncommon(schema, uncommon):
    shape, _ = _shape(schema)
    low, high = _bounds(shape, LARGEST)
    if shape["type"] == "integer":
        fitting = [number for number in uncommon if low <= number <= high]
        return st.sampled_from(fitting or [int(low), int(high)])
    size = 100 if high <= 10 else 1  # a share is told in percent
    fitting = [number for number in uncommon if low <= (number + 1) / size <= high]
    digits = st.integers(12_346, 44_321).filter(lambda digits: digits % 10)
    whole = st.sampled_from(fitting or [int(high) - 1])
    return st.builds(lambda whole, more: (whole + more / 100_000) / size, whole, digits)


def _plainest(name, schema):
    shape, nullable = _shape(schema)
    if shape["type"] == "string":
        return DAYS[0] if "pattern" in shape or name == "needed_by" else "EUR" if name == "currency" else WORDS[0]
    if nullable:
        return None
    low = _bounds(shape, 10)[0]
    return max(int(low), 0) if shape["type"] == "integer" else float(max(low, 0.0))
