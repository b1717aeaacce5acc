"""`./qonaq shots DIR`: pictures of every page at phone and desktop width, light and dark, in two languages."""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import async_playwright

from tests.browser.house import House, house, launch
from tests.browser.pages import context_of, every_page

SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
SETTINGS = [
    ("phone", "light", "en"),
    ("phone", "dark", "ko"),
    ("desktop", "light", "kk"),
    ("desktop", "dark", "en"),
]


async def take(running: House, folder: Path) -> int:
    """One file a page and setting: NAME-SIZE-SCHEME-LANGUAGE.png. Returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    pages, count = await every_page(running), 0
    async with async_playwright() as play:
        browser = await launch(play)
        for size, scheme, language in SETTINGS:
            width, height = SIZES[size]
            for who in ("guest", "owner", "door"):
                context = await context_of(
                    browser,
                    running,
                    who,
                    language,
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                )
                page = await context.new_page()
                for shown in pages:
                    if shown.who == who:
                        await shown.open(page, running.url)
                        name = f"{shown.name}-{size}-{scheme}-{language}.png"
                        await page.screenshot(path=folder / name, full_page=True, animations="disabled")
                        count += 1
                await context.close()
        await browser.close()
    return count


async def main() -> None:
    async with house() as running:
        print(f"{await take(running, Path(sys.argv[1]))} pictures in {sys.argv[1]}")


if __name__ == "__main__":
    asyncio.run(main())
