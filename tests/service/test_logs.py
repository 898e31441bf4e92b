import json
import logging

import pytest
import structlog

from service.logs import strike_secrets

KEY = "bw_0123456789abcdef_" + "0" * 64


@pytest.mark.parametrize(
    ("line", "struck"),
    [
        (f"Authorization: Bearer {KEY}", "Authorization: Bearer ***"),
        ("authorization: bearer eyJ.abc-_.def==", "authorization: bearer ***"),
        (f'{{"key": "{KEY}"}}', '{"key": "bw_***"}'),
        ("postgresql+psycopg://me:p%40ss@db:5432/b", "postgresql+psycopg://me:***@db:5432/b"),
        ("postgresql://me:a/b@db/b", "postgresql://me:***@db/b"),
        ("host=db password=hunter2 dbname=b", "host=db password=*** dbname=b"),
        ('{"password": "hunter2"}', '{"password": "***"}'),
        ("http://127.0.0.1:8080/livez by me@example.org", "http://127.0.0.1:8080/livez by me@example.org"),
        ("version 3 of missing_time serves", "version 3 of missing_time serves"),
    ],
)
def test_secrets_are_struck_from_a_line_and_nothing_else(line, struck):
    assert strike_secrets(line) == struck


def _read_a_row():
    try:
        {}["row 17: Zanzibar"]
    except KeyError as error:
        raise ValueError("Zanzibar") from error


def test_every_library_s_records_are_json_without_secrets_and_without_the_words_of_exceptions(log):
    try:
        _read_a_row()
    except ValueError:
        logging.getLogger("uvicorn.error").exception("failed with %s", KEY)
        structlog.get_logger("bellwether").exception("failed too", token=KEY)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["failed with bw_***", "failed too"]
    for line in lines:
        assert [entry for entry in line["exception"] if not entry.startswith(" ")] == ["ValueError", "KeyError"]
    assert "Zanzibar" not in log.getvalue()
    assert KEY not in log.getvalue()
