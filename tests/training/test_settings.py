"""Settings by name, and what is said of those that do not exist or do not fit."""

import pytest

from training.settings import SettingRefusedError, parse_settings

REFUSED = [
    ({"lable": "no_entry"}, "unknown setting lable; expected one of label, moment, known_share, active_days, kind"),
    ({"label": "absent"}, "setting label: Input should be 'missing_hours' or 'no_entry'"),
    ({"trees": "many"}, "setting trees: Input should be a valid integer"),
    ({"trees": "0"}, "setting trees: Input should be greater than or equal to 1"),
    ({"known_share": "1.5"}, "setting known_share: Input should be less than or equal to 1"),
    ({"band_medium": "0.6"}, "band_medium must lie below band_high"),
    ({"learning_rate": "nan"}, "setting learning_rate: Input should be"),
]


@pytest.mark.parametrize(("given", "sentence"), REFUSED, ids=[next(iter(case[0])) for case in REFUSED])
def test_a_setting_that_does_not_fit_is_named(task, given, sentence):
    with pytest.raises(SettingRefusedError) as refused:
        parse_settings(task, given)
    assert str(refused.value).startswith(sentence)


def test_settings_of_the_outcome_and_of_the_fit_are_told_apart_by_name(task):
    settings = parse_settings(task, {"label": "no_entry", "trees": "50"})
    assert (settings.outcome.label, settings.fit.trees) == ("no_entry", 50)


def test_without_any_the_defaults_of_the_design_hold(task):
    settings = parse_settings(task, {})
    assert settings.outcome == task.settings()
    assert (settings.fit.band_medium, settings.fit.band_high) == (0.2, 0.5)
