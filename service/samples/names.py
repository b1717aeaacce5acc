"""Names that belong together, as written and in Latin letters, by origin. Combined at random: nobody is meant."""
# ruff: noqa: E501 — a text, a name list is one line, however long

import random

Pair = tuple[str, str]


def pairs(text: str) -> tuple[Pair, ...]:
    """ "Айгерім Aigerim · Дана Dana" to (native, latin) pairs."""
    return tuple((native, latin) for native, latin in (item.split() for item in text.split("·")))


KAZAKH = (
    (
        pairs(
            "Арман Arman · Дәурен Dauren · Ерлан Yerlan · Қайрат Kairat · Нұрлан Nurlan · Серік Serik · Әділ Adil · "
            "Бауыржан Bauyrzhan · Ғалым Galym · Ілияс Iliyas · Өміртай Omirtai · Тимур Timur"
        ),
        pairs(
            "Ахметов Akhmetov · Бекұлы Bekuly · Жұмабаев Zhumabayev · Қасымов Kassymov · Оспанов Ospanov · Сүлейменов Suleimenov · "
            "Тілеубаев Tileubayev · Әбдірахманов Abdirakhmanov · Ғабдуллин Gabdullin · Мұқанов Mukanov"
        ),
    ),
    (
        pairs(
            "Айгерім Aigerim · Әсел Assel · Гүлнар Gulnar · Дана Dana · Жанар Zhanar · Қарлығаш Karlygash · Мәдина Madina · "
            "Назгүл Nazgul · Сәуле Saule · Ұлпан Ulpan · Шынар Shynar · Індира Indira"
        ),
        pairs(
            "Ахметова Akhmetova · Бекқызы Bekkyzy · Жұмабаева Zhumabayeva · Қасымова Kassymova · Оспанова Ospanova · "
            "Сүлейменова Suleimenova · Тілеубаева Tileubayeva · Әбдірахманова Abdirakhmanova · Мұқанова Mukanova"
        ),
    ),
)
RUSSIAN = (
    (
        pairs("Алексей Alexey · Виктор Viktor · Дмитрий Dmitriy · Илья Ilya · Максим Maxim · Олег Oleg · Сергей Sergey · Фёдор Fyodor"),
        pairs("Белов Belov · Воронцов Vorontsov · Зайцев Zaitsev · Климов Klimov · Орлов Orlov · Соколов Sokolov · Щербаков Shcherbakov"),
    ),
    (
        pairs("Анна Anna · Вера Vera · Екатерина Yekaterina · Ирина Irina · Мария Mariya · Наталья Natalya · Ольга Olga · Юлия Yuliya"),
        pairs("Белова Belova · Воронцова Vorontsova · Зайцева Zaitseva · Климова Klimova · Орлова Orlova · Соколова Sokolova · Щербакова Shcherbakova"),
    ),
)  # fmt: skip
# the Korean families of Kazakhstan: one surname, several spellings
KORYO = (
    (
        pairs("Юрий Yuriy · Виктория Viktoriya · Андрей Andrey · Людмила Lyudmila · Роман Roman · Светлана Svetlana · Артур Artur · Диана Diana"),
        pairs("Цой Tsoy · Ким Kim · Пак Pak · Ли Li · Югай Yugay · Хан Khan · Тен Ten · Шин Shin"),
    ),
)  # fmt: skip
KOREAN = (
    (
        pairs(
            "서연 Seoyeon · 민준 Minjun · 지우 Jiwoo · 하은 Haeun · 도윤 Doyun · 지훈 Jihoon · 수빈 Subin · 예진 Yejin · 현우 Hyunwoo · "
            "은지 Eunji · 성민 Seongmin · 나래 Narae"
        ),
        pairs("김 Kim · 이 Lee · 박 Park · 최 Choi · 정 Jeong · 강 Kang · 조 Cho · 윤 Yoon · 임 Lim · 황 Hwang · 남궁 Namgung"),
    ),
)  # fmt: skip
CHINESE = (
    (
        pairs("明 Ming · 伟 Wei · 芳 Fang · 静怡 Jingyi · 浩然 Haoran · 雨桐 Yutong · 建国 Jianguo · 晓丽 Xiaoli · 子轩 Zixuan · 梦琪 Mengqi"),
        pairs("李 Li · 王 Wang · 张 Zhang · 刘 Liu · 陈 Chen · 赵 Zhao · 欧阳 Ouyang · 孙 Sun"),
    ),
)  # fmt: skip
JAPANESE = (
    (
        pairs("翔太 Shota · さくら Sakura · 健一 Kenichi · 美咲 Misaki · ユウキ Yuki · 直樹 Naoki · あかり Akari · 大輔 Daisuke · 恵子 Keiko"),
        pairs("佐藤 Sato · 鈴木 Suzuki · 高橋 Takahashi · 渡辺 Watanabe · 山本 Yamamoto · 小林 Kobayashi · 加藤 Kato"),
    ),
)  # fmt: skip
LATIN = (
    (
        pairs(
            "Maria Maria · James James · Ananda Ananda · Zoë Zoe · Jürgen Jurgen · Ayşe Ayse · Nodira Nodira · Jose Jose · Grace Grace · "
            "Étienne Etienne · Oluwaseun Oluwaseun · Thị Thi"
        ),
        pairs(
            "Santos Santos · Miller Miller · Yusupova Yusupova · Öztürk Ozturk · Müller Muller · Dela-Cruz Dela-Cruz · O’Brien O’Brien · "
            "Nguyễn Nguyen · Karimov Karimov · Fernández Fernandez · Reyes Reyes"
        ),
    ),
)  # fmt: skip
FAMILY_FIRST = {"ko": "", "zh": "", "ja": " "}
LISTS = {
    "kk": KAZAKH, "ru": RUSSIAN, "koryo": KORYO, "ko": KOREAN, "zh": CHINESE, "ja": JAPANESE, "latin": LATIN,
}  # fmt: skip


def name(rng: random.Random, origin: str) -> tuple[str, str, str]:
    """A whole name as its bearer writes it, the Latin one as on the passport, and the local part of an address."""
    given, family = (rng.choice(part) for part in rng.choice(LISTS[origin]))
    if origin in FAMILY_FIRST:
        native = family[0] + FAMILY_FIRST[origin] + given[0]
        latin = f"{family[1]} {given[1]}"
    else:
        native, latin = f"{given[0]} {family[0]}", f"{given[1]} {family[1]}"
    local = f"{given[1]}.{family[1]}".lower().replace("’", "")
    return native, latin, local
