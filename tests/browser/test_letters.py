"""An organizer writes a system mail in their own words, sees it while typing, and a guest gets it so."""

import json
from typing import Any

import asyncpg
from playwright.async_api import Playwright, expect

from tests.browser.house import House, launch
from tests.browser.test_day import log_in

AT = "/console/ai-4room/letters"


async def guest_who_reads_korean(house: House) -> str:
    environment = json.loads((house.home / "running.json").read_text())["environment"]
    connection = await asyncpg.connect(environment["DATABASE_URL"])
    found = await connection.fetchval(
        "SELECT r.email FROM registrations r JOIN events e ON e.id = r.event_id"
        " WHERE e.slug = 'ai-4room' AND r.language = 'ko' AND r.state = 'approved' AND r.email <> '' LIMIT 1"
    )
    await connection.close()
    return str(found)


async def test_own_words_are_seen_while_typing_and_reach_the_guest(
    sample_house: House, play: Playwright
) -> None:
    house, address = sample_house, await guest_who_reads_korean(sample_house)
    browser = await launch(play)
    page: Any = await log_in(browser, house, "organizer")
    await page.goto(house.url + AT)
    await page.get_by_role("link", name="Personal link").click()
    await page.get_by_role("button", name="한국어").click()
    mail = page.frame_locator("iframe.mail-frame")
    await expect(mail.get_by_text("링크를 요청하셨습니다")).to_be_visible()
    await page.locator("[name=text_ko]").fill("{name} 님의 개인 페이지입니다.\n\n{event}에서 만나요.")
    await expect(mail.get_by_text("에서 만나요.").last).to_be_visible()
    await expect(mail.get_by_text("링크를 요청하셨습니다")).to_have_count(0)
    await page.get_by_role("button", name="Save").click()
    await expect(
        page.get_by_text("Saved. Mails that are not sent yet go out in these words.")
    ).to_be_visible()

    guest: Any = await (await browser.new_context()).new_page()
    await guest.goto(f"{house.url}/e/ai-4room/lost-link?lang=ko")
    await guest.locator("[name=email]").fill(address)
    await guest.locator("main button").click()
    got = await house.mail(address, "개인")
    assert "에서 만나요." in got["text"]
    assert f"{house.url}/g/" in got["text"]
    await browser.close()
