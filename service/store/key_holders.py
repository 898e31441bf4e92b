"""Under whose key a subject may stand in the audit chain, for whoever knows only the subject's id."""

from sqlalchemy import Connection, text

from models.catalog import TASKS


def key_holders(connection: Connection, subject_id: str) -> frozenset[str]:
    """The subject itself, the person that its id names in any task, and the person whose time entry it is."""
    found = {subject_id}
    for task in TASKS.values():
        if task.malformed([subject_id])[0] is None:
            found.add(task.person_of(subject_id, None) or subject_id)
    entry = text("SELECT person_id FROM records.time_entries WHERE entry_id = :entry_id")
    found.update(connection.execute(entry, {"entry_id": subject_id}).scalars())
    return frozenset(found)
