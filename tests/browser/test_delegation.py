"""The life of a delegation: from the organizer's desk to a focal point's phone, in Russian, and back."""

import re

from playwright.async_api import Playwright, expect

from tests.browser.house import House, launch
from tests.browser.test_day import log_in

FOCAL = "helena.marques@embassy-pt.example"
NAME = "Посольство Португалии"


async def test_a_delegations_life(sample_house: House, play: Playwright) -> None:
    house = sample_house
    browser = await launch(play)

    # the organizer makes the delegation, with three places for officials, and sends its link
    desk = await log_in(browser, house, "organizer")
    await desk.goto(f"{house.url}/console/ai-4room/delegations")
    await desk.get_by_role("link", name="New delegation").click()
    for field, value in (
        ("name", NAME),
        ("focal_name", "Элена Маркеш"),
        ("focal_email", FOCAL),
        ("quota_government", "3"),
    ):
        await desk.locator(f"input[name={field}]").fill(value)
    await desk.locator("select[name=country]").select_option("PT")
    await desk.locator("select[name=focal_language]").select_option("ru")
    await desk.get_by_role("button", name="Save").click()
    await expect(desk.locator("h1")).to_have_text(NAME)
    here = desk.url
    await desk.get_by_role("button", name="Send the link").click()
    mail = await house.mail(FOCAL)
    assert mail["subject"].startswith("Ваша делегация")
    (link,) = set(re.findall(rf"{re.escape(house.url)}/d/[\w?=-]+", mail["text"]))

    # the focal point, on a phone without JavaScript: an error loses nothing, then two people are in
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, locale="ru-RU", java_script_enabled=False, has_touch=True
    )
    phone = await context.new_page()
    await phone.goto(link)
    assert await phone.locator("html").get_attribute("lang") == "ru"
    await expect(phone.locator("main")).to_contain_text("осталось 3 места")
    await phone.get_by_role("link", name="Добавить гостя").click()
    await phone.locator("input[name=native_name]").fill("Антониу Перейра")
    await phone.locator("input[name=latin_name]").fill("António Pereira")
    await phone.locator("input[name=position]").fill("Посол")
    await phone.locator("input[name=q_tracks][value=green]").check()
    await phone.get_by_role("button", name="Сохранить").click()
    await expect(phone.locator(".error-summary")).to_contain_text(
        "Подтвердите, что человек знает об этом и согласен."
    )
    await expect(phone.locator("input[name=position]")).to_have_value("Посол")
    await expect(phone.locator("input[name=q_tracks][value=green]")).to_be_checked()
    await phone.locator("input[name=consent]").check()
    await phone.get_by_role("button", name="Сохранить").click()
    await expect(phone.locator("main")).to_contain_text("осталось 2 места")
    await expect(phone.locator("main")).to_contain_text("Антониу Перейра")
    await phone.get_by_role("button", name="Сделать главой").click()
    await expect(phone.locator("main")).to_contain_text("Глава делегации")

    # a table brings two more; the third of it finds no place and says so
    await phone.get_by_role("link", name="Загрузить таблицу").click()
    await phone.locator("textarea[name=text]").fill(
        "ФИО\tДолжность\tПочта\nЖуана Мартинш\tСоветник\tjoana@embassy-pt.example\n"
        "Руй Феррейра\tАтташе\t\nСофия Лопеш\tПереводчик\t"
    )
    await phone.locator("input[name=consent]").check()
    await phone.get_by_role("button", name="Добавить этих людей").click()
    await expect(phone.locator("main")).to_contain_text("Добавлено: 2.")
    await expect(phone.locator("main")).to_contain_text("У делегации не осталось мест в этой категории.")
    await expect(phone.locator("textarea[name=text]")).to_have_value(re.compile("София Лопеш"))

    # the attaché does not come: the interpreter has the very place
    await phone.goto(link)
    card = phone.locator("li", has_text="Руй Феррейра")
    await card.get_by_role("link", name="Назвать замену").click()
    await phone.locator("input[name=native_name]").fill("София Лопеш")
    await phone.locator("input[name=consent]").check()
    await phone.get_by_role("button", name="Сохранить").click()
    await expect(phone.locator("li", has_text="София Лопеш")).to_be_visible()
    await expect(phone.locator("main")).to_contain_text("осталось 0 мест")

    # everyone has an own link: the adviser by her own address
    own = await house.mail("joana@embassy-pt.example")
    assert re.search(rf"{re.escape(house.url)}/g/[\w-]+", own["text"])

    # submitted: nothing can be changed any more, and the mail names who comes
    await phone.get_by_role("link", name="Отправить список").click()
    await phone.get_by_role("button", name="Отправить список").click()
    await expect(phone.locator("main")).to_contain_text("Ваш список у организаторов.")
    await expect(phone.get_by_role("link", name="Добавить гостя")).to_have_count(0)
    thanks = await house.mail(FOCAL, "отправлен")
    for name in ("Антониу Перейра", "Жуана Мартинш", "София Лопеш"):
        assert name in thanks["text"]
    assert "Руй Феррейра" not in thanks["text"]

    # the organizer sees it, opens it again, and the focal point goes on by the same link
    await desk.goto(here)
    await expect(desk.locator("main")).to_contain_text("3 / 3")
    await expect(desk.locator("main")).to_contain_text("Submitted")
    await desk.get_by_role("button", name="Open again").click()
    again = await house.mail(FOCAL, "снова")
    assert link in again["text"]
    await phone.goto(link)
    await phone.locator("li", has_text="Жуана Мартинш").get_by_role("link", name="Не приедет").click()
    await phone.get_by_role("button", name="Не приедет").click()
    await expect(phone.locator("main")).to_contain_text("осталось 1 место")

    # a link that was renewed opens nothing
    await desk.goto(here)
    await desk.get_by_role("button", name="End this link and make a new one").click()
    ended = await phone.goto(link)
    assert ended is not None
    assert ended.status == 404
    await browser.close()
