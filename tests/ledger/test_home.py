import stat

from ledger.home import home


def test_the_home_is_the_folder_that_the_environment_names(tmp_path):
    assert home({"BELLWETHER_HOME": str(tmp_path / "here")}) == tmp_path / "here"


def test_a_new_home_is_its_owners_alone(tmp_path):
    assert stat.S_IMODE(home({"BELLWETHER_HOME": str(tmp_path / "here")}).stat().st_mode) == 0o700


def test_without_a_name_the_home_is_the_users_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert home({}) == tmp_path / "bellwether"
