"""The texts of the queries behind the inbox: only what is asked for stands in them, so that they are planned well."""

from service.store.inbox_reading import Eyes, Filters

RESOLVED, FAILURE = "resolved", "failure"
_SUCH = "exception_id IN (SELECT exception_id FROM troubles WHERE"
_OVER = "SELECT exception_id FROM asked WHERE stands = 'resolved'"
_ASKED = """
    WITH asked AS (
        SELECT exception_id, cause_kind, cause_key, owner_role, assignee, stands
        FROM exceptions CROSS JOIN LATERAL (
            SELECT CASE WHEN status = 'snoozed' AND snoozed_until <= :now THEN 'open' ELSE status END AS stands
        ) AS stood
        WHERE stands = ANY(:statuses) {one} {failures}
    )"""
_OF_ALL = """, summed AS (
        SELECT exception_id, amount, coalesce(amount, 0) + unpriced * CAST(:unknown_money AS double precision) AS money,
            unpriced, confidence, band, probability, deadline, CAST(NULL AS text) AS client
        FROM exceptions
    )"""
_OF_SOME = """, summed AS (
        SELECT exception_id, sum(shown.amount) AS amount, sum(weight) AS money,
            count(*) FILTER (WHERE shown.amount IS NULL) AS unpriced,
            coalesce(sum(confidence * weight) / nullif(sum(weight), 0), avg(confidence)) AS confidence,
            CASE max(CASE band WHEN 'high' THEN 2 WHEN 'medium' THEN 1 ELSE 0 END)
                WHEN 2 THEN 'high' WHEN 1 THEN 'medium' ELSE 'low' END AS band,
            max(probability) AS probability,
            coalesce(min(deadline) FILTER (WHERE deadline >= :now), max(deadline)) AS deadline,
            CASE WHEN min(client_id) = max(client_id) AND count(client_id) = count(*) THEN min(client_id) END AS client
        FROM troubles
        CROSS JOIN LATERAL (SELECT CASE WHEN task = ANY(:moneyless) THEN NULL ELSE amount END AS amount) AS shown
        CROSS JOIN LATERAL (SELECT coalesce(shown.amount, :unknown_money) AS weight) AS weighed
        WHERE {visible} {one}
        GROUP BY exception_id
    )"""
_RANKED = """, scored AS (
        SELECT summed.*, stands, cause_kind, cause_key, owner_role, assignee,
            CASE WHEN deadline IS NULL THEN CAST(:half_time AS double precision) / (:half_time + :unknown_days)
                WHEN deadline < :now THEN :past
                ELSE :half_time / (:half_time + CAST(extract(epoch FROM deadline - :now) AS double precision) / 86400)
            END AS urgency,
            stands IN ('open', 'contested') AND coalesce(assignee = :reader, TRUE) AS is_queued
        FROM summed JOIN asked USING (exception_id)
    ), placed AS (
        SELECT *, money * urgency * confidence AS score,
            CASE WHEN is_queued THEN
                row_number() OVER (PARTITION BY is_queued ORDER BY money * urgency * confidence DESC, exception_id)
            END AS place
        FROM scored
    ), wanted AS (
        SELECT * FROM placed {wanted}
    )
"""
_PAGE = """, page AS (
        SELECT *, count(*) OVER () AS total FROM wanted ORDER BY score DESC, exception_id LIMIT :limit OFFSET :offset
    )
    SELECT page.exception_id, page.stands AS status, version, page.cause_kind, page.cause_key, part, page.owner_role,
        page.assignee, opened_at, updated_at, raised_at, times_raised, snoozed_until, troubles, page.unpriced,
        page.amount, page.band, page.probability, page.deadline, tasks, workflows,
        CASE WHEN :clients THEN client_id END AS client_id, money, urgency, page.confidence, score, place, total
    FROM page JOIN exceptions USING (exception_id) CROSS JOIN LATERAL (
        SELECT count(*) AS troubles, array_agg(DISTINCT task ORDER BY task) AS tasks,
            array_agg(DISTINCT workflow_name ORDER BY workflow_name) AS workflows,
            CASE WHEN min(client_id) = max(client_id) AND count(client_id) = count(*) THEN min(client_id) END
                AS client_id
        FROM troubles WHERE troubles.exception_id = page.exception_id AND {visible}
    ) AS named
    ORDER BY score DESC, page.exception_id
"""
_GROUPS = """
    SELECT CASE WHEN :clients THEN client END AS client_id, count(*) AS exceptions, sum(amount) AS amount,
        sum(score) AS score, array_agg(exception_id ORDER BY score DESC, exception_id) AS exception_ids
    FROM wanted GROUP BY 1 ORDER BY sum(score) DESC, 1 LIMIT :limit
"""


def page_query(eyes: Eyes, filters: Filters) -> str:
    """A page of what is asked for, the highest score first.

    Who reads all of what is not over finds its totals with the exceptions, where settling has put them.
    """
    some = eyes.some or RESOLVED in filters.statuses
    return _ranked(eyes, filters, some=some) + _PAGE.format(visible=_visible(eyes, filters))


def groups_query(eyes: Eyes, filters: Filters) -> str:
    """All of it by client."""
    return _ranked(eyes, filters, some=True) + _GROUPS


def _ranked(eyes: Eyes, filters: Filters, *, some: bool) -> str:
    wanted = " AND ".join(_wanted(eyes, filters))
    one = "" if filters.exception_id is None else "AND exception_id = :id"
    summed = _OF_SOME.format(visible=_visible(eyes, filters), one=one) if some else _OF_ALL
    failures = "" if eyes.sight.failures else f"AND cause_kind <> '{FAILURE}'"
    return (
        _ASKED.format(one=one, failures=failures) + summed + _RANKED.format(wanted=f"WHERE {wanted}" if wanted else "")
    )


def _visible(eyes: Eyes, filters: Filters) -> str:
    """Which troubles count: those that are not over, or all of a resolved exception; of them those that are read."""
    counted = "resolved_at IS NULL"
    if RESOLVED in filters.statuses:
        counted = f"({counted} OR troubles.exception_id IN ({_OVER}))"
    if eyes.silent:
        counted += " AND task || '/' || workflow_name <> ALL(:silent)"
    if eyes.sight.workflows is None:
        return counted
    failures = "TRUE" if eyes.sight.failures else "FALSE"
    read = "workflow_name = ANY(:workflows)" + (" OR person_id = :own" if eyes.sight.own is not None else "")
    return f"{counted} AND CASE WHEN task = '{FAILURE}' THEN {failures} ELSE {read} END"


def _wanted(eyes: Eyes, filters: Filters) -> list[str]:
    """What is asked of an exception."""
    named = "" if eyes.clients else " AND cause_kind <> 'client'"
    such = f"{_SUCH} {_visible(eyes, filters)} AND "
    columns = ["subject_id", "project_id", "workflow_instance", *(["client_id"] if eyes.clients else [])]
    found = " OR ".join(f"{column} ILIKE :search" for column in columns)
    asked = {
        f"{such} workflow_name = :workflow)": filters.workflow,
        "owner_role = :owner_role": filters.owner_role,
        "cause_kind = :cause_kind": filters.cause_kind,
        f"(cause_key = :cause_key{named})": filters.cause_key,
        "band = :band": filters.band,
        f"(({such} ({found}))) OR (cause_key ILIKE :search{named}))": filters.search,
        "(assignee = :reader OR (assignee IS NULL AND owner_role = ANY(:owner_roles)))": filters.mine or None,
    }
    return [condition for condition, value in asked.items() if value is not None]
