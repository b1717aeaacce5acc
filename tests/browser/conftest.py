"""One installation with samples for all browser tests of a run."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Playwright, async_playwright

from tests.browser.house import House, house


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two processes run the suite: all that use the installation go to the one that has it."""
    for item in items:
        if "sample_house" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("house"))


@pytest.fixture(scope="session")
async def sample_house() -> AsyncIterator[House]:
    async with house() as running:
        yield running


@pytest.fixture(scope="session")
async def play() -> AsyncIterator[Playwright]:
    async with async_playwright() as playwright:
        yield playwright
