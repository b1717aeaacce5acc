"""One forum per test."""

import pytest

from service.core.database import Database
from tests.checkin.door import Forum, open_forum


@pytest.fixture
async def forum(db: Database) -> Forum:
    return await open_forum(db)
