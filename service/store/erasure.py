"""Erasing a person: the key behind the pseudonyms, and every other trace outside of the audit chain.

What is about the person goes. Where somebody else's row only names them, the name becomes a stand-in that is made up
for this erasure and kept nowhere: two rows of one requester still show that they have one.
"""

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from ledger.pseudonyms import erase
from service.store.erasing_words import rename_in_quotes
from service.store.naming import DOCUMENTS, IDS, RECORDS_IDS, RECORDS_OF_A_PERSON, RECORDS_WORDS, WORDS

_RESPONSES_A_FETCH = 200
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Erased:
    """How much was erased, by what it was. ``chain_mentions``: rows of the audit chain that hold the id in the plain,
    where somebody wrote it into the name of an instance, a purpose or a reason: those stay.
    """

    counts: Mapping[str, int]
    chain_mentions: int

    @property
    def anything(self) -> bool:
        return any(self.counts.values())


@dataclass(frozen=True)
class _Person:
    """The id, the ids of time entries that stand for the person, and the stand-in."""

    id: str
    entries: list[str]
    stand_in: str

    @property
    def parameters(self) -> dict[str, object]:
        return {
            "id": self.id,
            "quoted": json.dumps(self.id, ensure_ascii=False),
            "days": self.id + "/",
            "entries": self.entries,
            "mention": _mention(self.id),
            "stand_in": self.stand_in,
            "quoted_stand_in": f'"{self.stand_in}"',
        }


def erase_person(connection: Connection, person_id: str, *, with_records: bool) -> Erased:
    """Erase a person in the caller's transaction; with the person's records, where asked.

    Without ``with_records`` the records stay, from which the next calls are answered. No call about the person should
    be under way meanwhile: what it stores afterwards is not reached.
    """
    person = _Person(person_id, _entries(connection, person_id), f"erased-{secrets.token_hex(4)}")
    counts = {name: _run(connection, statement, person) for name, statement in _ABOUT.items()}
    counts["stored responses"] = _forget_responses(connection, person)
    counts["pseudonym keys"] = _erase_keys(connection, person)
    counts["names in other rows"] = sum(
        _run(connection, statement, person) for statement in _renaming("", IDS, WORDS, DOCUMENTS)
    )
    counts["names in quotes"] = rename_in_quotes(connection, re.compile(_mention(person.id)), person.stand_in)
    if with_records:
        counts |= {name: _run(connection, statement, person) for name, statement in _RECORDS_ABOUT.items()}
        renaming = _renaming("records.", RECORDS_IDS, RECORDS_WORDS, {})
        counts["names in other records"] = sum(_run(connection, statement, person) for statement in renaming)
    mentions = connection.execute(
        text("SELECT count(*) FROM audit WHERE payload ~ :mention"),
        {"mention": _mention(json.dumps(person_id)[1:-1])},
    )
    return Erased(counts, mentions.scalar_one())


def _entries(connection: Connection, person_id: str) -> list[str]:
    """Time entries of the person, by the records and by what was recommended about them."""
    return sorted(connection.execute(_ENTRIES, {"id": person_id}).scalars())


def _run(connection: Connection, statement: str, person: _Person) -> int:
    return connection.execute(text(statement), person.parameters).rowcount


def _erase_keys(connection: Connection, person: _Person) -> int:
    """The person's own key, and those under which a day or an entry was named when nobody could tell whose it was."""
    own = erase(connection, person.id)
    return int(own) + _run(connection, _KEYS, person)


def _forget_responses(connection: Connection, person: _Person) -> int:
    """Stored responses that the person got or is named in; the same call with the same key is then answered anew."""
    written = {json.dumps(person.id, ensure_ascii=ascii_)[1:-1] for ascii_ in (True, False)}
    mention = re.compile("|".join(_mention(each) for each in sorted(written)))
    entries = frozenset(person.entries)
    gone = [
        {"principal_id": row.principal_id, "route": row.route, "key": row.key}
        for row in connection.execute(_RESPONSES, execution_options={"yield_per": _RESPONSES_A_FETCH})
        if person.id == row.principal_id
        or mention.search(f"{row.route} {row.key} ")
        or _names(bytes(row.response).decode(errors="replace"), mention, entries)
    ]
    if gone:
        connection.execute(_FORGET, gone)
    return len(gone)


def _names(response: str, mention: re.Pattern[str], entries: frozenset[str]) -> bool:
    if mention.search(response):
        return True
    return bool(entries) and not entries.isdisjoint(_STRING.findall(response))


def _renaming(
    schema: str,
    ids: Mapping[str, tuple[str, ...]],
    words: Mapping[str, tuple[str, ...]],
    documents: Mapping[str, tuple[str, ...]],
) -> Iterator[str]:
    """Statements that put the stand-in wherever a row that stays names the person."""
    for table, column in _columns(ids):
        yield f'UPDATE {schema}{table} SET "{column}" = :stand_in WHERE "{column}" = :id'  # noqa: S608 - our own names
    for table, column in _columns(words):
        yield f"""
            UPDATE {schema}{table} SET "{column}" = regexp_replace("{column}", :mention, :stand_in, 'g')
            WHERE "{column}" ~ :mention
        """  # noqa: S608 - our own names
    for table, column in _columns(documents):
        yield f"""
            UPDATE {schema}{table}
            SET "{column}" = CAST(replace(CAST("{column}" AS text), :quoted, :quoted_stand_in) AS jsonb)
            WHERE strpos(CAST("{column}" AS text), :quoted) > 0
        """  # noqa: S608 - our own names


def _columns(tables: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    return ((table, column) for table, columns in tables.items() for column in columns)


def _mention(person_id: str) -> str:
    """A pattern, the same to Python and to PostgreSQL, for the id where it is no part of something longer.

    An id of letters and digits, such as p-17, may be joined by hyphens to other words. A bare number or name may not:
    17 is not meant by 0.17, nor ana by ana-maria.
    """
    mixed = re.search(r"\d", person_id) and re.search(r"[^\W\d]", person_id)
    before, after = (r"(?<!\w)", r"(?!\w)") if mixed else (r"(?<![\w-])(?<!\d\.)", r"(?![\w-])(?!\.\d)")
    return f"{before}{re.escape(person_id)}{after}"


_NAMES_IN_PARAMS = "jsonb_path_exists(params, '$.** ? (@ == $id)', jsonb_build_object('id', CAST(:id AS text)))"
_ENTRIES = text(f"""
    SELECT entry_id FROM records.time_entries WHERE person_id = :id
    UNION SELECT params ->> 'entry_id' FROM recommendations WHERE params ? 'entry_id' AND {_NAMES_IN_PARAMS}
""")  # noqa: S608 - fixed texts
_IS = "({0} = :id OR starts_with({0}, :days) OR {0} = ANY(CAST(:entries AS text[])))"
_MINE = f"(SELECT jti FROM recommendations WHERE {_IS.format('subject_id')} OR {_NAMES_IN_PARAMS})"  # noqa: S608
_TROUBLE_IS = f"(person_id = :id OR {_IS.format('subject_id')})"
_MY_EXCEPTIONS = f"""
    SELECT exception_id FROM exceptions WHERE cause_kind = 'person' AND cause_key = :id
    UNION SELECT exception_id FROM troubles GROUP BY exception_id HAVING bool_and({_TROUBLE_IS})
"""  # noqa: S608
_ABOUT = {
    "deliveries": f"""
        DELETE FROM deliveries WHERE body ~ :mention OR about IN {_MINE} OR about IN (
            SELECT exception_id FROM troubles WHERE person_id = :id OR {_IS.format("subject_id")}
        )
    """,  # noqa: S608
    "subscriptions ended": "UPDATE subscriptions SET active = false WHERE principal_id = :id AND active",
    "alerts": f"DELETE FROM alerts WHERE {_IS.format('about')} OR {_IS.format('subject')} OR jti IN {_MINE}",  # noqa: S608
    "decisions": f"DELETE FROM decisions WHERE jti IN {_MINE}",  # noqa: S608
    "outcomes": f"DELETE FROM recommendation_outcomes WHERE jti IN {_MINE}",  # noqa: S608
    "recommendations": f"DELETE FROM recommendations WHERE jti IN {_MINE}",  # noqa: S608
    "decision tokens": """
        UPDATE decisions SET token = NULL
        WHERE token IS NOT NULL AND jti IN (SELECT jti FROM decisions WHERE principal_id = :id)
    """,
    "api keys": "DELETE FROM api_keys WHERE principal_id = :id",
    "troubles": f"DELETE FROM troubles WHERE {_TROUBLE_IS} AND NOT exception_id IN ({_MY_EXCEPTIONS})",  # noqa: S608
    "exceptions": f"""
        WITH mine AS ({_MY_EXCEPTIONS}),
            decided AS (DELETE FROM exception_decisions WHERE exception_id IN (SELECT * FROM mine)),
            led AS (DELETE FROM event_exceptions WHERE exception_id IN (SELECT * FROM mine)),
            found AS (DELETE FROM troubles WHERE exception_id IN (SELECT * FROM mine))
        DELETE FROM exceptions WHERE exception_id IN (SELECT * FROM mine)
    """,  # noqa: S608
    "tokens of recommendations": """
        UPDATE troubles SET document = document || '{"tokens": {}}'
        WHERE document ? 'tokens' AND document -> 'tokens' <> '{}' AND strpos(CAST(document AS text), :quoted) > 0
    """,
}
"""In this order: what refers to a recommendation goes before it, and what is the person's before it is named anew."""
_KEYS = f"DELETE FROM person_keys WHERE {_IS.format('person_id')}"  # noqa: S608
_RESPONSES = text("SELECT principal_id, route, key, response FROM idempotency")
_FORGET = text("DELETE FROM idempotency WHERE principal_id = :principal_id AND route = :route AND key = :key")

_OF_THE_PERSON = """
    SELECT 'assignments' AS "table", assignment_id AS key FROM records.assignments WHERE person_id = :id
    UNION ALL SELECT 'time_entries', entry_id FROM records.time_entries WHERE person_id = :id
"""
_RECORDS_ABOUT = {
    "records of revisions": f"""
        DELETE FROM records.revisions
        WHERE ("table" IN ('people', 'time_off') AND (key = :id OR starts_with(key, :days)))
           OR ("table", key) IN ({_OF_THE_PERSON})
    """,  # noqa: S608
    **{f"records of {name}": f"DELETE FROM records.{name} WHERE person_id = :id" for name in RECORDS_OF_A_PERSON},  # noqa: S608
}
"""Revisions first: they are found by the rows that they are of."""
