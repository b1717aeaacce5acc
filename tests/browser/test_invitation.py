"""The life of an invitation: from Seoul to a substitute who reads Russian, by real workers; the silent are reminded."""

import re
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browser.house import House, launch
from tests.browser.test_day import log_in

# at hosts that no sample has
FIRST, FIRST_AT = "김하준", "hajun.kim@first-row.example"
SECOND, SECOND_AT = "Виктория Андреевна Цой", "viktoria.tsoy@first-row.example"
SILENT, SILENT_AT = "Dana Ospanova", "dana.ospanova@front-row.example"
NEXT, NEXT_AT = "Ерлан Сәрсенов", "erlan.sarsenov@front-row.example"
LINES = f"""name,email,language,companions
{FIRST},{FIRST_AT},ko,1
{SILENT},{SILENT_AT},en,0
{NEXT},{NEXT_AT},kk,0"""


def answer_link(house: House, mail: dict[str, Any]) -> str:
    """The one link to the answer page, the same in the text and in the HTML."""
    (found,) = set(re.findall(rf"{re.escape(house.url)}/i/[\w-]+\?lang=\w\w", mail["text"]))
    assert found in mail["html"]
    return found


async def guest(browser: Browser, link: str, **more: Any) -> tuple[BrowserContext, Page]:
    """Somebody without JavaScript opens a link of their mail, in a browser of their own."""
    context = await browser.new_context(java_script_enabled=False, **more)
    page = await context.new_page()
    await page.goto(link)
    return context, page


async def test_from_seoul_to_a_substitute_in_russian(sample_house: House, play: Playwright) -> None:
    house = sample_house
    browser = await launch(play)
    organizer = await log_in(browser, house, "organizer")
    at = f"{house.url}/console/ai-4room/invitations"

    # the organizer makes a wave with two places and asks three: the third waits
    await organizer.goto(f"{at}/terms")
    new = organizer.locator("form[action$='/invitations/waves']")
    await new.locator("[name=name]").fill("First row")
    await new.locator("[name=places]").fill("2")
    await new.get_by_role("button").click()
    await expect(organizer.locator("main")).to_contain_text("First row")
    await organizer.goto(f"{at}/new")
    await organizer.locator("[name=lines]").fill(LINES)
    await organizer.locator("select[name=category]").select_option("business")
    await organizer.locator("select[name=wave]").select_option(label="First row (0 / 2)")
    await organizer.locator("form.form button").last.click()
    await expect(organizer.locator("body")).to_contain_text("In the wave now: 3.")

    # a worker sends the first two; opening the link, and what scanners do, changes nothing
    invitation = await house.mail(FIRST_AT)
    assert re.search("[가-힣]{2,}", invitation["subject"])
    assert f"{FIRST} 님" in invitation["text"]
    link = answer_link(house, invitation)
    await house.mail(SILENT_AT)
    context, page = await guest(browser, link, locale="en-GB")
    assert await page.locator("html").get_attribute("lang") == "ko"
    for path in ("/accept", "/substitute", "/unsubscribe"):
        await page.goto(link.split("?")[0] + path)
    await organizer.goto(f"{at}?q=김하준")
    await expect(organizer.locator("tbody tr")).to_contain_text("Sent")

    # the guest names somebody who reads Russian
    await page.goto(link)
    await page.locator("a[href$='/substitute']").click()
    await page.locator("[name=name]").fill(SECOND)
    await page.locator("[name=email]").fill(SECOND_AT)
    await page.locator("select[name=language]").select_option("ru")
    await page.locator("[name=word]").fill("해외 출장 중입니다.")
    await page.locator("form button").first.click()
    await expect(page.locator("main")).to_contain_text(SECOND)
    assert await page.locator("main form").count() == 0, "answered: nothing to press any more"
    await context.close()

    # she gets an invitation of her own, in Russian, and brings somebody
    own = await house.mail(SECOND_AT)
    assert own["subject"].startswith("Приглашение")
    assert FIRST in own["text"]
    context, page = await guest(browser, answer_link(house, own))
    assert await page.locator("html").get_attribute("lang") == "ru"
    await expect(page.locator("main")).to_contain_text(FIRST)
    await page.locator("a[href*='/accept']").click()
    await page.locator("[name=latin_name]").fill("Viktoriya Tsoy")
    await page.locator("[name=affiliation]").fill("Hanbit")
    await page.locator("[name=with_1_name]").fill("Анна Ли")
    await page.locator("input[name=q_tracks][value=green]").check()
    await page.locator("input[name=q_headset][value=ru]").check()
    await page.locator("input[name=consent]").check()
    await page.locator("form.form button").first.click()
    await expect(page).to_have_url(re.compile("/e/ai-4room/thanks"))
    await house.mail(SECOND_AT, count=3)
    await context.close()

    # the organizer sees the chain both ways, and both guests
    await organizer.goto(f"{at}?q=Цой")
    await organizer.locator("a.row-link", has_text=SECOND).click()
    chain = organizer.locator("ol.rows")
    await expect(chain.locator("li")).to_have_text([re.compile(FIRST), re.compile(SECOND)])
    await chain.locator("a", has_text=FIRST).click()
    await expect(organizer.locator("main")).to_contain_text("해외 출장 중입니다.")
    await expect(organizer.locator("ol.rows")).to_contain_text("Accepted")
    await organizer.goto(f"{house.url}/console/ai-4room/guests?q=Анна Ли")
    await expect(organizer.locator("tbody")).to_contain_text("Анна Ли")

    # only the silent are reminded: not who accepted, not who named somebody, not who waits
    await organizer.goto(f"{at}?q=Ospanova")
    await organizer.locator("a.row-link", has_text=SILENT).click()
    await organizer.get_by_role("button", name="Remind").first.click()
    await expect(organizer.locator("body")).to_contain_text("Reminded.")
    reminder = await house.mail(SILENT_AT, count=2)
    assert reminder["subject"].startswith("May we expect you?")
    assert answer_link(house, reminder).startswith(f"{house.url}/i/")
    await organizer.goto(at)
    await organizer.get_by_role("button", name="Remind the silent now").click()
    await expect(organizer.locator("body")).to_contain_text("Reminded: ")

    # one place becomes free: who waited is asked, in Kazakh; until then they heard nothing
    context, page = await guest(browser, answer_link(house, reminder))
    await page.locator("form[action$='/decline'] button").click()
    await expect(page.locator("main")).to_contain_text("You said you cannot come")
    turn = await house.mail(NEXT_AT)
    assert turn["subject"].startswith("Шақыру")
    await context.close()
    counts = {one: len(await house.mails(one)) for one in (FIRST_AT, SECOND_AT, SILENT_AT, NEXT_AT)}
    assert counts == {FIRST_AT: 1, SECOND_AT: 3, SILENT_AT: 2, NEXT_AT: 1}
    await browser.close()
