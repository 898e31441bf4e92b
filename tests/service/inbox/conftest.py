"""An inbox in which tasks about people may be used in time and expense."""

import pytest

from service.settings import PersonLevelUse, Settings


@pytest.fixture
def settings(home, database):
    use = PersonLevelUse(officer="o", purpose="p", impact_assessment="i", worker_information="w")
    return Settings(home=home, database_url=database, person_level=use)
