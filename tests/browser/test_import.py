"""A list as real lists are, brought through the console: looked at, applied by a worker, brought again, corrected."""

import csv
import io
import re
from typing import Any

from playwright.async_api import Page, Playwright, expect

from tests.browser.house import House, launch
from tests.browser.test_day import log_in
from tests.imports.test_imports import TROUBLES

AT = "/console/alatau-seoul"
# one row of each kind of error among two good ones
WRONG = """Name,Email,Country,Category,Phone
Good One,good.one@x.example,KZ,,
,nobody@x.example,KZ,,
Bad Mail,not-an-address,KZ,,
Bad Phone,a@x.example,KZ,,123
No Such,b@x.example,KZ,Kings,
Twice,good.one@x.example,KZ,,
=HYPERLINK("x"),c@x.example,KZ,,
Good Two,good.two@x.example,KR,,
"""


async def bring(page: Page, house: House, name: str, body: bytes) -> None:
    """Chosen, read as guessed, and waited for until its rows are there."""
    await page.goto(f"{house.url}{AT}/guests")
    await page.goto(f"{house.url}{AT}/imports")
    await page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": body}]
    )  # type: ignore[list-item]
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator("h1")).to_have_text(name)
    await page.locator("select[name=category]").select_option(index=1)
    await page.get_by_role("button", name="Look at the rows").click()
    await expect(page.get_by_role("navigation", name="Rows")).to_be_visible(timeout=30_000)


async def numbers(page: Page) -> dict[str, int]:
    """What the tabs say: new, changed, the same, possible doubles, wrong."""
    tabs = await page.get_by_role("navigation", name="Rows").locator("a").all()
    found: dict[str, int] = {}
    for tab in tabs:
        key = re.search(r"show=(\w+)", await tab.get_attribute("href") or "")
        assert key is not None
        found[key[1]] = int(await tab.locator(".number").inner_text())
    return found


def counts(**some: int) -> dict[str, int]:
    return {"new": 0, "changed": 0, "same": 0, "duplicate": 0, "wrong": 0, **some}


async def test_a_list_with_all_its_troubles(sample_house: House, play: Playwright) -> None:
    house = sample_house
    browser = await launch(play)
    page: Any = await log_in(browser, house, "organizer")
    body = TROUBLES.encode("utf-16")

    # two of one name: offered as doubles, told apart by a person
    await bring(page, house, "delegates.csv", body)
    assert await numbers(page) == counts(new=6, duplicate=1)
    await page.get_by_role("navigation", name="Rows").locator("a[href*=duplicate]").click()
    await expect(page.locator("main")).to_contain_text("The name stands in line 6, too.")
    await page.get_by_role("button", name="They are other people").click()
    await page.get_by_role("button", name="Apply 7 rows").click()
    await expect(page.locator("main")).to_contain_text("7 guests came in, 0 were changed.", timeout=30_000)

    # titles whole, delegations made
    await page.goto(f"{house.url}{AT}/guests?where=source:import&cols=name,honorific,delegation,state")
    for text in ("HE Ms", "SE M", "Қазақстан", "World Fund", "Sea Council"):
        await expect(page.locator("table")).to_contain_text(text)
    await page.goto(f"{house.url}{AT}/delegations")
    await expect(page.locator("tbody tr")).to_have_count(5)

    # the same list once more: nothing to do
    await bring(page, house, "delegates.csv", body)
    assert await numbers(page) == counts(same=7)
    await expect(page.locator("main")).to_contain_text("There is nothing to do")

    # one of each kind of error: the good go in, the wrong come back with reasons, and corrected they go in, too
    await bring(page, house, "wrong.csv", WRONG.encode())
    assert await numbers(page) == counts(new=2, wrong=6)
    await page.get_by_role("button", name="Apply 2 rows").click()
    await expect(page.locator("main")).to_contain_text("2 guests came in, 0 were changed.", timeout=30_000)
    await page.get_by_role("navigation", name="Rows").locator("a[href*=wrong]").click()
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Fetch these rows to correct").click()
    download = await coming.value
    rows = list(csv.reader(io.StringIO((await _bytes(download)).decode("utf-8-sig"))))
    assert [row[-1].split(".")[0] for row in rows[1:]] == [
        "Please enter the full name", "This does not look like an e-mail address",
        "Please enter the number with its country code, for example +7 701 123 45 67",
        "There is no category of this name", "The same e-mail address stands in line 2", "This cell holds a formula",
    ]  # fmt: skip
    rows[2][1] = "better@x.example"
    corrected = io.StringIO()
    csv.writer(corrected).writerows([rows[0][:-1], rows[2][:-1]])
    await bring(page, house, "corrected.csv", corrected.getvalue().encode())
    assert await numbers(page) == counts(new=1)
    await browser.close()


async def _bytes(download: Any) -> bytes:
    path = await download.path()
    with open(path, "rb") as file:  # noqa: PTH123 — a small file of a test
        return file.read()
