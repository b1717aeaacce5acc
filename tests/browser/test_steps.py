"""A registration passes desk, protocol and security, in three pairs of hands; the list is walked with the keyboard."""

from typing import Any

from playwright.async_api import Playwright, expect

from tests.browser.house import House, launch
from tests.browser.test_day import log_in

AT = "/console/ai-4room/guests"
DESK = f"{AT}?where=category:government+waits:1"


async def test_three_steps_and_the_keyboard(sample_house: House, play: Playwright) -> None:
    house = sample_house
    browser = await launch(play)
    page: Any = await log_in(browser, house, "organizer")
    await page.goto(house.url + AT)
    await page.get_by_role("link", name="Wait for me").click()
    await expect(page.get_by_role("columnheader", name="Waiting since")).to_be_visible()

    await page.goto(house.url + DESK)
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await page.keyboard.press("x")
    await expect(page.locator("[data-chosen]")).to_have_text("1")
    first = page.locator("main a.row-link").first
    await expect(first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(
        page.get_by_role("list").filter(has_text="Protocol").locator("[aria-current]")
    ).to_contain_text("Desk")
    guest = page.url.split("?")[0]

    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_text("Approved at this step; the next one decides.")).to_be_visible()
    await page.get_by_role("button", name="Approve").click()  # protocol names this organizer, too
    await expect(page.get_by_text("It is not your turn")).to_be_visible()
    await expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    await page.locator("summary", has_text="Write a note").click()
    await page.get_by_label("Note, for the team only").fill("Comes with two guards")
    await page.get_by_role("button", name="Keep").click()
    await expect(page.locator(".timeline")).to_contain_text("Comes with two guards")

    owner: Any = await log_in(browser, house, "owner")
    await owner.goto(guest)
    await expect(owner.locator("[aria-current=step]")).to_contain_text("Security")
    await owner.get_by_role("button", name="Approve").click()
    await expect(owner.get_by_text("Approved. The badge goes out by mail.")).to_be_visible()
    await expect(owner.get_by_role("link", name="Badge as PDF")).to_be_visible()
    await browser.close()
