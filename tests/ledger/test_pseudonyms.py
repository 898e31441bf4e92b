from concurrent.futures import ThreadPoolExecutor

from ledger.pseudonyms import erase, pseudonym, references


def test_a_person_keeps_one_key(connection):
    made = references(connection, ["p1", "p2", "p1"])
    assert made.keys() == {"p1", "p2"}
    assert len(made["p1"]) == 32
    assert made["p1"] != made["p2"]
    assert references(connection, ["p2", "p3", "p1"]).items() >= made.items()


def test_nobody_needs_no_key(connection):
    assert references(connection, []) == {}


def test_ten_thousand_persons_get_their_keys_at_once(connection):
    made = references(connection, [f"p{number}" for number in range(10_000)])
    assert len(set(made.values())) == 10_000


def test_those_who_meet_new_persons_at_once_agree_on_their_keys(engine):
    persons = [f"p{number}" for number in range(200)]

    def meet(order):
        with engine.begin() as connection:
            return references(connection, order)

    with ThreadPoolExecutor(6) as pool:
        seen = list(pool.map(meet, [persons, persons[::-1], persons[50:], persons, persons[::-2], persons]))
    assert all(keys.items() <= seen[0].items() for keys in seen)


def test_a_pseudonym_repeats_under_one_key_and_differs_under_another():
    assert pseudonym(b"a" * 32, "p1") == pseudonym(b"a" * 32, "p1")
    assert pseudonym(b"a" * 32, "p1") != pseudonym(b"b" * 32, "p1")


def test_an_erased_person_who_returns_is_somebody_new(connection):
    before = references(connection, ["p1"])["p1"]
    assert erase(connection, "p1") is True
    assert erase(connection, "p1") is False
    assert references(connection, ["p1"])["p1"] != before
