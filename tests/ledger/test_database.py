import pytest
from sqlalchemy import inspect, make_url, text

from ledger.database import database_url, engine, ping, sibling
from ledger.errors import DatabaseUnavailableError, UnsupportedDatabaseError
from ledger.migrate import migrate


@pytest.mark.parametrize(
    "given",
    [
        "postgresql://anna:s3cret@db.example/firm",
        "postgres://anna:s3cret@db.example/firm",
        "postgresql+psycopg://anna:s3cret@db.example/firm",
        "postgresql+psycopg2://anna:s3cret@db.example/firm",
        "  postgresql://anna:s3cret@db.example/firm\n",
    ],
)
def test_every_spelling_of_postgresql_becomes_the_one_driver(given):
    assert database_url({"BELLWETHER_DATABASE_URL": given}) == "postgresql+psycopg://anna:s3cret@db.example/firm"


@pytest.mark.parametrize(
    ("given", "scheme"),
    [
        ("sqlite:///firm.db", "sqlite"),
        ("mysql://anna:s3cret@db.example/firm", "mysql"),
        ("postgresql://anna:s3cret@db.example:port/firm", "postgresql"),
        ("anna:s3cret@db.example", "no URL"),
    ],
)
def test_anything_else_is_refused_without_repeating_the_password(given, scheme):
    with pytest.raises(UnsupportedDatabaseError, match="only PostgreSQL") as refusal:
        database_url({"BELLWETHER_DATABASE_URL": given})
    assert refusal.value.scheme == scheme
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://anna:s3cret@127.0.0.1:1/firm",
        "postgresql://anna@127.0.0.1:1/firm?password=s3cret",
        "postgresql://anna:s3cret@/firm?host=/nowhere",
    ],
)
def test_an_unreachable_server_is_named_without_its_password(url):
    unreachable = engine(url)
    with pytest.raises(DatabaseUnavailableError, match="cannot be used") as failure:
        migrate(unreachable)
    assert "firm" in str(failure.value)
    assert "s3cret" not in str(failure.value)
    assert failure.value.__cause__ is None


def test_a_database_that_is_not_there_is_named(database):
    missing = engine(make_url(database).set(database="nobody_made_this").render_as_string(hide_password=False))
    with pytest.raises(DatabaseUnavailableError, match="nobody_made_this"):
        ping(missing)


def test_a_sibling_is_a_database_of_its_own_on_the_same_server(database):
    url = sibling(database, "mlflow")
    assert make_url(url).database == f"{make_url(database).database}_mlflow"
    assert sibling(database, "mlflow") == url
    beside = engine(url)
    with beside.connect() as connection:
        assert inspect(connection).get_table_names() == []
    beside.dispose()


def test_sessions_are_in_utc_and_commit_to_the_disk(connection):
    settings = text("SELECT current_setting('timezone'), current_setting('synchronous_commit')")
    assert tuple(connection.execute(settings).one()) == ("UTC", "on")


def test_options_of_the_given_url_are_kept(database):
    url = make_url(database).update_query_dict({"options": "-c search_path=elsewhere"})
    given = engine(url.render_as_string(hide_password=False))
    with given.connect() as connection:
        assert connection.execute(text("SHOW search_path")).scalar_one() == "elsewhere"
    given.dispose()
