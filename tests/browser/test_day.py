"""The day of the forum, from registration to the door, as three people live it."""

import io
import re
from pathlib import Path

import pypdfium2
import zxingcpp
from playwright.async_api import Browser, Playwright, expect

from service.samples import LOGINS
from tests.browser.house import House, launch
from tests.checkin.film import write_film

QR = zxingcpp.BarcodeFormat.QRCode  # a dense code by itself is now and then also read as a bar code

GUEST, LATIN, ADDRESS = "최윤서", "Choi Yunseo", "yunseo.choi@hanbit.example"
PASSWORDS = {role: (email, password) for role, email, password in LOGINS}


async def log_in(browser: Browser, house: House, role: str, **more: object):  # type: ignore[no-untyped-def]
    context = await browser.new_context(**more)
    page = await context.new_page()
    email, password = PASSWORDS[role]
    await page.goto(f"{house.url}/login?lang=en")
    await page.locator("input[name=email]").fill(email)
    await page.locator("input[name=password]").fill(password)
    await page.locator("input[name=password]").press("Enter")
    await expect(page).not_to_have_url(re.compile("/login"))
    return page


async def test_from_registration_to_the_door(sample_house: House, play: Playwright, tmp_path: Path) -> None:
    house = sample_house
    browser = await launch(play)

    # a guest registers in Korean, without JavaScript
    context = await browser.new_context(java_script_enabled=False, locale="ko-KR")
    page = await context.new_page()
    await page.goto(f"{house.url}/")
    await page.locator("a[href^='/e/ai-4room']").first.click()
    await page.locator("a[href^='/e/ai-4room/register']").first.click()
    assert await page.locator("html").get_attribute("lang") == "ko"
    await page.locator("input[name=category][value=business]").check()
    for name, value in (
        ("native_name", GUEST), ("latin_name", LATIN), ("affiliation", "한빛벤처스"), ("position", "대표"),
        ("email", ADDRESS), ("phone", "+82 10 1234 5678"), ("dietary", "채식"),
    ):  # fmt: skip
        await page.locator(f"[name={name}]").fill(value)
    await page.locator("select[name=country]").select_option("KR")
    await page.locator("select[name=language]").select_option("ko")
    await page.locator("input[name=q_tracks][value=green]").check()
    await page.locator("input[name=q_headset][value=ko]").check()
    await page.locator("input[name=consent]").check()
    await page.locator("form.form button").first.click()
    await expect(page).to_have_url(re.compile("/e/ai-4room/thanks"))

    # the confirmation is in Korean, and its links lead here
    confirmation = await house.mail(ADDRESS)
    assert re.search("[가-힣]{2,}", confirmation["subject"])
    assert f"{GUEST} 님" in confirmation["text"]
    (own_page,) = set(re.findall(rf"{re.escape(house.url)}/g/[\w-]+", confirmation["text"]))
    assert own_page in confirmation["html"]
    assert set(re.findall(r"https?://[^/\s\"<>]+", confirmation["text"])) == {house.url}
    await page.goto(own_page)
    await expect(page.locator("main")).to_contain_text(GUEST)

    # the organizer finds her by one character and approves
    organizer = await log_in(browser, house, "organizer")
    await organizer.goto(f"{house.url}/console/ai-4room/guests?q=최윤&state=pending")
    await organizer.locator("a.row-link", has_text=GUEST).click()
    await organizer.get_by_role("button", name="Approve").click()
    await expect(organizer.locator("main")).to_contain_text("Approved")

    # the badge comes by mail: the data in its text, the code readable on the page
    approval = await house.mail(ADDRESS, count=2)
    assert {part["type"] for part in approval["attachments"]} >= {"application/pdf", "text/calendar"}
    document = pypdfium2.PdfDocument(io.BytesIO(await house.attachment(approval, "badge.pdf")))
    assert len(document) == 1
    said = document[0].get_textpage().get_text_range()
    for wanted in (GUEST, LATIN, "한빛벤처스", "대표"):
        assert wanted in said
    picture = document[0].render(scale=3).to_pil()
    (code,) = zxingcpp.read_barcodes(picture, formats=QR)
    assert code.text.startswith(f"{house.url.upper()}/T/")

    # the own page shows the same code
    await page.goto(own_page)
    await expect(page.locator(".ticket svg")).to_be_visible()

    # at the door: admitted, then already in, with when and where
    film = write_film(tmp_path / "code.y4m", code.text)
    phone = await launch(
        play, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )  # fmt: skip
    door = await log_in(phone, house, "door", viewport={"width": 390, "height": 844})
    await door.goto(f"{house.url}/door/ai-4room")
    await door.locator("a.point, button.point").first.click()
    await door.get_by_role("button", name="Start the camera").click()
    await expect(door.locator(".verdict.admitted .who")).to_have_text(GUEST)
    await door.reload()
    await door.get_by_role("button", name="Start the camera").click()
    already = door.locator(".verdict.already")
    await expect(already.locator(".who")).to_have_text(GUEST)
    await expect(already.locator(".why")).to_contain_text(re.compile(r"\d\d:\d\d"))

    # and the organizer sees it all on one line of time
    await organizer.reload()
    timeline = organizer.locator(".timeline")
    for step in ("Registered", "Confirmation", "Approved", "Approval with badge", "Admitted", "Already in"):
        await expect(timeline).to_contain_text(step)
    await phone.close()
    await browser.close()
