import pytest

from service.settings import SettingsRefused, read_settings, unknown_variables

PERSON_LEVEL = {
    "BELLWETHER_PERSON_LEVEL__OFFICER": "Ada Byron",
    "BELLWETHER_PERSON_LEVEL__PURPOSE": "getting time in",
    "BELLWETHER_PERSON_LEVEL__IMPACT_ASSESSMENT": "DPIA-7",
    "BELLWETHER_PERSON_LEVEL__WORKER_INFORMATION": "notice of 2026-01-15",
}


@pytest.fixture
def given(monkeypatch, home):
    monkeypatch.setenv("BELLWETHER_HOME", str(home))
    return lambda **variables: [monkeypatch.setenv(name, value) for name, value in variables.items()]


def test_the_defaults_are_loopback_and_the_embedded_database_and_no_person_level_task(given, home):
    settings = read_settings()
    assert (settings.host, settings.port, settings.home) == ("127.0.0.1", 8080, home)
    assert settings.environ() == {"BELLWETHER_HOME": str(home)}
    assert settings.person_level is None
    assert (settings.retention_days, settings.repeat_days, settings.gate_folder) == (400, 7, None)


def test_the_record_for_person_level_tasks_is_read_whole(given):
    given(**PERSON_LEVEL)
    read = read_settings().person_level
    assert (read.officer, read.workflows) == ("Ada Byron", {"time_and_expense"})
    given(BELLWETHER_PERSON_LEVEL__WORKFLOWS='["time_and_expense", "approvals"]')
    assert read_settings().person_level.workflows == {"time_and_expense", "approvals"}


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("BELLWETHER_PORT", "nine", "BELLWETHER_PORT: "),
        ("BELLWETHER_PORT", "70000", "BELLWETHER_PORT: "),
        ("BELLWETHER_HOST", "0.0.0.0", "BELLWETHER_HOST: expected a loopback address; .* bellwether serve --host"),
        ("BELLWETHER_CHAMPION_REFRESH_SECONDS", "0", "BELLWETHER_CHAMPION_REFRESH_SECONDS: "),
        ("BELLWETHER_GATE_FOLDER", "/no/such/folder", "BELLWETHER_GATE_FOLDER: .*firm's own folder"),
        ("BELLWETHER_RETENTION_DAYS", "31", "BELLWETHER_RETENTION_DAYS: .*32"),
        ("BELLWETHER_RETENTION_DAYS", "a year", "BELLWETHER_RETENTION_DAYS: "),
        ("BELLWETHER_REPEAT_DAYS", "0", "BELLWETHER_REPEAT_DAYS: "),
        ("BELLWETHER_REPEAT_DAYS", "401", "BELLWETHER_REPEAT_DAYS: expected at most BELLWETHER_RETENTION_DAYS, .* 400"),
        ("BELLWETHER_PERSON_LEVEL__WORKFLOWS", "[7]", "BELLWETHER_PERSON_LEVEL__OFFICER"),
        ("BELLWETHER_PERSON_LEVEL__OFFICER", "Ada", "BELLWETHER_PERSON_LEVEL__PURPOSE: "),
        ("BELLWETHER_PERSON_LEVEL__MOOD", "good", "BELLWETHER_PERSON_LEVEL__OFFICER: "),
        ("BELLWETHER_WEBHOOKS__ALLOW_PRIVATE", "10.0.0.0/8", "BELLWETHER_WEBHOOKS: .* no JSON"),
        ("BELLWETHER_WEBHOOKS__ALLOW_PRIVATE", '["10.0.0.1/8"]', "BELLWETHER_WEBHOOKS__ALLOW_PRIVATE__0: "),
        ("BELLWETHER_WEBHOOKS__RETRY_SECONDS", "[0]", "BELLWETHER_WEBHOOKS__RETRY_SECONDS__0: "),
    ],
)
def test_a_bad_value_is_refused_with_a_sentence_that_names_the_variable(given, variable, value, said):
    given(**{variable: value})
    with pytest.raises(SettingsRefused, match=said):
        read_settings()


def test_a_password_is_in_no_text_of_the_settings(given):
    given(BELLWETHER_DATABASE_URL="postgresql://me:hunter2@db/bellwether")
    assert "hunter2" not in repr(read_settings())


def test_variables_that_nothing_reads_are_named():
    environ = {
        "BELLWETHER_PRT": "1",
        "BELLWETHER_PORT": "1",
        "BELLWETHER_WEBHOOKS__TIMEOUT_SECONDS": "5",
        "BELLWETHER_KEY": "k",
        "PATH": "/bin",
        **PERSON_LEVEL,
    }
    assert unknown_variables(environ) == ["BELLWETHER_PRT"]
