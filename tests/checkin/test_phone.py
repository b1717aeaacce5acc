"""The door on a real browser: a code before the camera, a lost connection, sounds and all."""

import asyncio
import base64
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from service.core.database import Database
from service.credentials.operations import Signer
from service.settings import Settings
from tests.browser.house import launch
from tests.checkin.door import Forum, guest, typed
from tests.checkin.film import write_film
from tests.support import factories

FAKE_CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[str]:
    """The application in a process of its own, as in production."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environ = os.environ | {
        "DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url, "SMTP_URL": settings.smtp_url,
        "BASE_URL": address, "MASTER_KEY": base64.urlsafe_b64encode(settings.master_key).decode(),
    }  # fmt: skip
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "service.app:create_app",
        "--host", "127.0.0.1", "--port", str(port), "--no-access-log", env=environ,
    )  # fmt: skip
    try:
        async with httpx.AsyncClient() as caller:
            for _ in range(100):
                try:
                    if (await caller.get(f"{address}/healthz")).status_code == 200:
                        break
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
        yield address
    finally:
        server.terminate()
        await server.wait()


@asynccontextmanager
async def phone(forum: Forum, address: str, film: Path) -> AsyncIterator[Page]:
    """A phone whose camera sees the film, logged in as door staff, at the main gate."""
    async with forum.db.begin() as session:
        cookies = await factories.browser(session, forum.host, "door", "phone@alatau.example", forum.event)
    async with async_playwright() as playwright:
        browser = await launch(playwright, *FAKE_CAMERA, f"--use-file-for-fake-video-capture={film}")
        context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
        await context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
        )
        page = await context.new_page()
        await page.goto(f"{address}/door/forum/{forum.main.id}")
        yield page
        await browser.close()


@pytest.fixture
async def address(settings: Settings, signer: Signer) -> AsyncIterator[str]:
    async with serving(settings) as at:
        yield at


async def test_a_code_before_the_camera_is_admitted_once(
    forum: Forum, signer: Signer, db: Database, address: str, tmp_path: Path
) -> None:
    registration_id, code = await guest(forum, signer, "최민수", latin_name="Choi Min-su", country="KR")
    async with phone(forum, address, write_film(tmp_path / "qr.y4m", code)) as page:
        await page.get_by_role("button", name="Start the camera").click()
        await expect(page.locator(".verdict.admitted .who")).to_have_text("최민수")
        await page.get_by_role("button", name="Next").click()
        await page.wait_for_timeout(1500)  # held still, the code counts once
        async with db.begin() as session:
            assert await factories.count(session, "scans", registration_id=registration_id) == 1
            assert await factories.count(session, "devices") == 1
        await page.reload()
        await page.get_by_role("button", name="Start the camera").click()
        await expect(page.locator(".verdict.already .why")).to_contain_text("Main gate")
        await expect(page.locator("[data-admitted]")).to_have_text("1")


async def test_without_a_connection_nothing_is_lost_and_nothing_counts_twice(
    forum: Forum, signer: Signer, db: Database, address: str, tmp_path: Path
) -> None:
    registration_id, _ = await guest(forum, signer)
    by_hand = await typed(forum, registration_id)
    async with phone(forum, address, write_film(tmp_path / "qr.y4m", "nothing")) as page:
        await page.context.set_offline(True)
        await page.get_by_label("Type the code").fill(by_hand)
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-banner=offline]")).to_contain_text("Scans not sent: 1")
        await page.context.set_offline(False)
        await expect(page.locator(".verdict.admitted .who")).to_have_text("Әсел Нұрланқызы")
        await expect(page.locator("[data-banner=offline]")).to_be_hidden()
        await page.locator(".verdict").get_by_role("button", name="Undo").click()
        await expect(page.locator(".verdict .what")).to_have_text("Undone")
    async with db.begin() as session:
        assert await factories.count(session, "scans", registration_id=registration_id) == 2
        assert await factories.count(session, "entries", registration_id=registration_id) == 0


async def test_an_answer_that_gets_lost_is_asked_for_again_with_the_same_id(
    forum: Forum, signer: Signer, db: Database, address: str, tmp_path: Path
) -> None:
    registration_id, _ = await guest(forum, signer)
    async with phone(forum, address, write_film(tmp_path / "qr.y4m", "nothing")) as page:
        lost = 0

        async def lose_the_first_two(route: object) -> None:
            nonlocal lost
            lost += 1
            if lost > 2:
                await route.continue_()  # type: ignore[attr-defined]
                return
            await route.fetch()  # type: ignore[attr-defined]  # it arrives there; the answer does not
            await route.abort()  # type: ignore[attr-defined]

        await page.route("**/door/forum/scan", lose_the_first_two)
        await page.get_by_label("Type the code").fill(await typed(forum, registration_id))
        await page.keyboard.press("Enter")
        await expect(page.locator(".verdict.admitted .who")).to_have_text("Әсел Нұрланқызы")
    async with db.begin() as session:
        assert await factories.count(session, "scans", registration_id=registration_id) == 1
