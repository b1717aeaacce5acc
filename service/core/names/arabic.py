"""Arabic script: short vowels are not written, so commoner names are known by a table and the others by consonants.

A reading by the table is the first spelling of its line; by consonants, see `may_spell`."""

import re
from functools import lru_cache

# One name a line: Arabic (and Persian, Urdu, Cyrillic) spellings, then how passports romanise it.
_NAMES = """
محمد muhammad mohammed mohamed mohammad muhammed mohamad mukhammed mukhamed mukhammad mohamet muhamad мухаммад мухаммед мохаммед мохамед мохаммад
أحمد احمد ahmad ahmed ahmet akhmed akhmad ahmat ахмед ахмад
محمود mahmoud mahmud mahmood makhmud mahmut махмуд
حسن hassan hasan khasan hassen хасан гасан хассан
حسين hussein husain hussain hossein husein huseyn hosein hoossein hussin husayn khusein khusain houssein hussien хусейн хуссейн хоссейн гусейн
علي علی ali aly али
عمر omar umar oumar omer омар умар
عثمان osman uthman othman usman ousmane осман усман
يوسف یوسف yusuf yousef youssef yusef yousuf youssuf yousif yosef yussuf iusuf юсуф юсеф юсиф йусуф
إبراهيم ابراهيم ابراهیم ibrahim ebrahim ibraheem ibragim ибрахим ибрагим эбрахим
إسماعيل اسماعيل اسماعیل ismail ismael esmail isma‘il ismaeel esmaeil исмаил эсмаил
خالد khalid khaled halid haled chalid khalled халид халед
سعيد سعید said saeed saeid sayeed saied саид сеид
سعد saad sad саад
سليمان سلیمان suleiman sulaiman soleiman sulayman suleyman soliman sulieman сулейман солейман
عبدالله abdullah abdallah abdulla abdollah abdalla abdoullah абдулла абдуллах абдалла
عبدالرحمن abdulrahman abdurrahman abdelrahman abdalrahman abdurahman abderrahman abdirahman абдуррахман абдурахман абдулрахман
عبدالعزيز عبدالعزیز abdulaziz abdelaziz abdalaziz абдулазиз абдельазиз
عبدالكريم abdulkarim abdelkarim abdulkareem абдулкарим абделькарим
فاطمة فاطمه fatima fatma fatimah fatemeh fatime фатима фатма фатеме
عائشة aisha aysha aicha ayesha aishah aïcha айша аиша
خديجة خدیجه khadija khadijah hadija khadeeja khadidja xədicə khadije хадиджа
زينب زینب zainab zeinab zaynab zeynab zineb zaineb зейнаб зайнаб
مريم مریم maryam mariam meriem miriam mariyam meryem марьям мариам
نورة نوره noura nura nora nourah нура нора
نور noor nur nour нур
ليلى لیلا layla leila laila leyla lejla лейла лайла
أمينة amina aminah ameena amine амина
سارة ساره sara sarah сара
هدى huda houda hoda худа хода
منى mona muna mouna мона муна
سلمى salma selma сальма
رنا rana рана
ريم reem rim рим
هند hind хинд
نادية nadia nadiya nadya надия
سمير sameer samir самир
أمير امیر ameer amir emir амир
كريم کریم karim kareem karem карим
كمال kamal kemal камаль
جمال jamal gamal djamal джамаль гамаль
جميل jamil jameel gamil джамиль
حمد hamad хамад
حامد hamed хамед
حميد حمید hameed hamid хамид
خليل خلیل khalil khaleel halil chalil халил халиль
صالح saleh salih салех салих
صلاح salah salaah салах
سالم salem салем
سليم saleem salim selim салим
سلمان salman salmaan салман
ناصر nasser naser nasir nassir насер насир
نصر nasr наср
منصور mansour mansur mansoor mansor мансур
طارق tariq tarek tareq tarik tariq тарик тарек
زياد ziad ziyad zyad зияд
رشيد رشید rashid rasheed rachid rashed рашид
راشد rashed рашед
فيصل فیصل faisal faysal feisal fayçal фейсал файсал
فهد fahd fahad фахд
تركي turki турки
سلطان sultan soltan султан
ماجد majed maged
مجيد مجید majid majeed маджид
وليد walid waleed oualid валид
عادل adel adil адель адиль
عماد imad emad имад эмад
جعفر jaafar jafar jaffar djafar cəfər gaafar джафар джаафар
جابر jaber jabir gaber djaber джабер джабир
حيدر haidar haydar haider heydar haydar хайдар гейдар
عباس abbas abas аббас
رضا reza riza ridha rida redha реза риза
مهدي مهدی mahdi mehdi mahdy махди мехди
مصطفى مصطفی mustafa mostafa moustafa mustapha mustafaa мустафа мостафа
أنور anwar anouar anvar анвар
أكرم akram акрам
أيمن ayman aiman aymen айман
بلال bilal belal билал
ياسر yasser yasir yaser ясер ясир
ياسين yassin yasin yaseen yacine ясин
يحيى yahya yehia yahia yehya яхья
زكريا zakaria zakariya zakariyya закария
هشام hisham hesham hicham хишам
كاظم kazem kazim kadhim казем
قاسم qasim kasem qasem kassem kassim qassim ghasem касем касим
هادي هادی hadi hady хади
شريف شریف sharif sherif cherif shareef chérif шериф шариф
شیرین شيرين shirin sherin shireen chirine ширин
نوري نوری nouri nuri noori noury нури
کریمی كريمي karimi kareemi карими
فرهاد farhad ferhad фархад
حداد haddad hadad хаддад
خوري khoury khouri khuri houry хури
منير munir mounir monir mouneer мунир
مراد murad mourad morad mourad мурад
نبيل nabil nabeel набиль
هاني hani hany хани
وسيم waseem wasim wassim васим
"""
_WRITTEN_LATIN = {
    "ا": "a aa e i u", "أ": "a e u o", "إ": "i e", "آ": "a aa", "ء": "-", "ؤ": "u o w", "ئ": "i e y", "ب": "b", "پ": "p", "ت": "t", "ث": "th s t",
    "ج": "j g dj dzh", "چ": "ch tch", "ح": "h kh", "خ": "kh h ch k", "د": "d", "ذ": "dh z th d", "ر": "r", "ز": "z", "ژ": "zh j", "س": "s ss c", "ش": "sh ch s",
    "ص": "s ss", "ض": "d dh z", "ط": "t", "ظ": "z dh th", "ع": "- a aa e o u i", "غ": "gh g", "ف": "f ph", "ق": "q k g gh c", "ك": "k c", "ک": "k c", "گ": "g",
    "ل": "l", "م": "m", "ن": "n", "ه": "h - eh ah", "ة": "a ah at e eh", "و": "w u o ou oo v aw au ou", "ي": "y i ee e ei ai ay ia iy", "ی": "y i ee e ei ai ay a",
    "ى": "a i y", "ے": "e ay", "ہ": "h - a", "ں": "n", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ھ": "h -",
}  # fmt: skip
_MARKS = re.compile("[\u064b-\u065f\u0670\u0640\u200c]")
_SHORT_VOWELS = ("", "a", "e", "i", "o", "u", "ou", "ey", "ia")
_SKELETON = {
    **dict.fromkeys("اأإآءؤئعىةه", ""), **{letter: forms.split()[0] for letter, forms in _WRITTEN_LATIN.items() if letter not in "اأإآءؤئعىةه"}
}  # fmt: skip


def _table() -> dict[str, str]:
    """Any spelling -> the first romanised one of its line; a spelling of two lines (Hamid, Salem) keeps the first."""
    found: dict[str, str] = {}
    for line in _NAMES.strip().split("\n"):
        words = line.replace("‘", "").split()
        first = next(word for word in words if word.isascii())
        for word in words:
            found.setdefault(word, first)
    return found


KNOWN = _table()


def bare(word: str) -> str:
    """An Arabic word without vowel marks and article."""
    word = _MARKS.sub("", word)
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


def known(word: str) -> str | None:
    """The name's first spelling when the table has it; of any script."""
    return KNOWN.get(bare(word) if "\u0600" <= word[0] <= "\u06ff" else word)


@lru_cache(maxsize=16_384)
def guesses(word: str) -> tuple[str, ...]:
    """How an Arabic word is perhaps romanised: with a between consonants, with i, and its consonants alone."""
    letters = [_WRITTEN_LATIN.get(letter, letter).split()[0] for letter in bare(word)]
    letters = ["" if letter == "-" else letter for letter in letters]
    skeleton = "".join(letters)
    found = dict.fromkeys(_with_vowel(letters, vowel) for vowel in ("a", "i", "u"))
    return (*found, skeleton)


def _with_vowel(letters: list[str], vowel: str) -> str:
    written = ""
    for place, letter in enumerate(letters):
        last = place + 1 == len(letters)
        sound = letter
        if letter in ("w", "y") and place and (last or letters[place + 1][:1] not in ("a", "")):
            sound = "u" if letter == "w" else "i"
        if written and written[-1] not in "aiueo" and sound[:1] not in ("a", "i", "u", "e", "o", ""):
            written += vowel
        written += sound
    return written


@lru_cache(maxsize=65_536)
def may_spell(word: str, latin: str) -> bool:
    """Whether a Latin word may be this Arabic one: every letter has its sound, with short vowels between them."""
    places = {0}
    for number, letter in enumerate(bare(word)):
        places = {
            place + len(vowel) + len(form)
            for place in places
            for vowel in (_SHORT_VOWELS if number else ("",))
            if latin.startswith(vowel, place)
            for written in _WRITTEN_LATIN.get(letter, letter).split()
            for form in _forms(written)
            if latin.startswith(form, place + len(vowel))
        }
    return len(latin) in places or any(latin[place:] in ("a", "e", "i") for place in places if place)


def _forms(written: str) -> tuple[str, ...]:
    return (
        ("",)
        if written == "-"
        else (written, written * 2)
        if len(written) == 1 and written not in "aiueoyw"
        else (written,)
    )
