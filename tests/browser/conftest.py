"""One installation with samples for all browser tests of a run."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Playwright, async_playwright

from tests.browser.house import House, house


@pytest.fixture(scope="session")
async def sample_house() -> AsyncIterator[House]:
    async with house() as running:
        yield running


@pytest.fixture(scope="session")
async def play() -> AsyncIterator[Playwright]:
    async with async_playwright() as playwright:
        yield playwright
