"""axe-core finds nothing on any page, and no page is wider than its window."""

from pathlib import Path

import pytest
from playwright.async_api import Playwright

from tests.browser.house import House, launch
from tests.browser.pages import context_of, every_page

# only what is wrong is reported, and style sheets are not fetched a second time
RUN = "axe.run(document, {resultTypes: ['violations'], preload: false})"
AXE = Path(__file__).parents[2] / "service" / "static" / "vendor" / "axe.min.js"


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(320, "light", "kk"), (1280, "dark", "en")],
    ids=["phone-light-kk", "desktop-dark-en"],
)
async def test_nothing_is_found(
    sample_house: House, play: Playwright, width: int, scheme: str, language: str
) -> None:
    browser = await launch(play)
    found: list[str] = []
    visited = 0
    for who in ("guest", "owner", "door"):
        context = await context_of(
            browser,
            sample_house,
            who,
            language,
            viewport={"width": width, "height": 844},
            color_scheme=scheme,
            bypass_csp=True,
        )
        page = await context.new_page()
        for shown in await every_page(sample_house):
            if shown.who != who:
                continue
            answer = await shown.open(page, sample_house.url)
            assert answer is not None
            assert answer.status == (404 if shown.name == "not-found" else 422 if shown.send else 200), shown
            await page.add_script_tag(path=AXE)
            violations = (await page.evaluate(RUN))["violations"]
            found += [f"{shown.name}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in violations]
            if await page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            ):
                found.append(f"{shown.name}: wider than {width} pixels")
            visited += 1
        await context.close()
    await browser.close()

    assert found == []
    assert visited == 111


async def test_a_fault_would_be_found(play: Playwright) -> None:
    browser = await launch(play)
    page = await browser.new_page()
    await page.set_content("<html><body><img src='x.png'><input></body></html>")
    await page.add_script_tag(path=AXE)

    violations = {one["id"] for one in (await page.evaluate("axe.run()"))["violations"]}

    assert {"image-alt", "label", "html-has-lang"} <= violations
    await browser.close()
