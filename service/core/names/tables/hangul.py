"""Korean names: surnames with their spellings, syllables of given names, the letters' spellings.

Revised Romanisation (2000), McCune-Reischauer (1939), habits of passports, Kontsevich (Cyrillic), Koryo-saram."""
# ruff: noqa: E501 — a table, a line is one entry, however long

# Surnames as people write them in Hangul, Latin and Cyrillic; Koryo-saram spellings come from Russian.
SURNAME_LINES = """
최 choi choe chwe choy tsoy tsoi tskhay tskhai tshay tskhoy chkhve цой цхай чхве чхвэ
김 kim gim kym ким
이 리 lee li yi rhee ri rhie ee ly lie yee ли ligay ligai лигай ни и
박 pak park bak bahk пак
정 jung jeong chung cheong chong jeung joung ten тен тён тян чон чжон
강 kang gang kahng кан
조 cho jo joe joh chough jou тё чо дё те чжо
윤 yoon yun youn yune юн
장 jang chang tyan jahng чан тян чжан
임 림 lim im rim yim leem lym лим им
한 khan han hahn хан
오 oh o ogay ogai ohh огай о
서 seo suh so sur shegay shegai сегай шегай со
신 shin sin shen cin шин син
권 kwon gwon kweon kwoun квон
황 hwang whang hoang khvan хван
안 ahn an ahan ан
송 song soung son сон сонг
전 jeon chun jun chon cheon jhun тен чон дён
홍 hong hoong khon хон
유 류 yoo yu ryu you lyu ryoo rhyu yew ю лю рю yugay yugai iugai югай
고 ko koh go goh kogay kogai ко когай
문 moon mun moun мун
양 yang ryang ян янг
손 son sohn shon сон
배 bae pae bai pai pe пя пе пэ pegay pegai пегай
백 baek paik pek pyak baik back paek пек пяк пэк
허 heo hur huh her hu ho khegay khegai hegai hegay хегай хе хо
남 nam нам
심 shim sim sym шим сим
노 로 noh roh no ro nogay nogai ногай но
하 ha hah kha ха
곽 kwak gwak kwag квак
성 sung seong song soung сон
차 cha char чагай chagay chagai ча чха
주 joo ju chu дю дюгай dyugay dyugai чу
우 woo wu u wooh у угай ugay ugai
구 koo ku gu goo кугай kugay kugai ку
민 min мин
엄 um eom om uhm ohm ом эм em
현 hyun hyeon hyon khen khyon хён хен
천 cheon chun chen chon чен чхон
방 bang pang pahng пан
공 kong gong kohng кон
변 byun byeon pyon byon pen pyen пён пен
염 yeom yum youm em ём
진 jin chin chen дин чин
원 won weon von вон
지 ji jee chi чи
국 kook guk kuk кук
여 yeo yuh ryeo ё
채 chae chai che чхэ че
나 na nah ra на
도 do to toh то
맹 maeng maing мэн
태 tae tai тхэ
추 choo chu чху
함 ham hahm хам
옥 ok ock ок
탁 tak тхак
석 seok suk sok сок
선 sun seon son сон
설 seol sul sol соль
마 ma mah ма
길 kil gil киль
연 yeon youn yon ён ен
위 wi wee ви
표 pyo пхё
명 myung myeong mién мён
기 ki kee gi ки
반 ban bahn pan пан
왕 wang ван
금 geum keum kum кым
인 in ihn ин
제 je jae che
봉 bong pong пон
명 myung myeong мён
예 ye е
용 yong ён
모 mo мо
육 yook yuk юк
편 pyun pyeon пхён
경 kyung kyeong gyeong кён
승 seung сын
남궁 namgung namkoong namgoong namkung namkoung namgoung намгун
선우 sunwoo seonu sunoo sonu seonwoo сону
황보 hwangbo whangbo хванбо
제갈 jegal chegal jaegal чегаль
독고 dokgo dokko tokko
사공 sagong sakong
"""
# Syllables that given names are made of.
GIVEN = (
    "가간갑강건걸겸경계고곤공관광교구국군권귀규균근금기길나난남내노녀다단달담대덕도돈동두득라락란람래량려련례록룡루류률리린림마만명모목무문미민"
    "바박반방배백범벽별병보복봉부빈사산삼상새서석선설섭성세소솔송수숙순술숭슬승시식신실심아안애양언얼에여연열염엽영예오옥온완왕요용우욱운웅원"
    "월위유육윤율융은음의이익인일임자작잔장재저전점정제조종주준중지진찬창채천철청초총추춘출충치칠태택통판평표풍필하학한해행향허헌혁현형혜호홍화환황회"
    "검감갈극긍낙납늘늬당둘락런레렌론룸륜릉막망매먼면묘발번분불사살샘생섬션솜써쓸앙야어얼엄역올옹외움워육으을응익자작잠장적절존주죽줄중즘증직질차착찬참"
    "처척초촉총출충취치카칸코크타태토통투파판팔평포풍피필학함합행허혈협혹화황휘휴흔흥"
    "효후훈훤희흠흥히결름초롱솔나래슬기보본빈협항결돈등롱맥묵밀벌삭색속악암야양업역외울작적절접죽집책척첨촌측탄탐토통투편포품피항협확활요욘유빛루경곡굉련렬령로론료린봄빛샘솜숲슬잎찬출큰한해힘보람별비온율하라"
)
INITIALS = [
    "g k",
    "kk",
    "n",
    "d t",
    "tt",
    "r l n",
    "m",
    "b p",
    "pp",
    "s",
    "ss s",
    "-",
    "j ch",
    "jj",
    "ch",
    "k",
    "t",
    "p",
    "h",
]
VOWELS = [
    "a ah", "ae ai ay", "ya yah", "yae", "eo u", "e ae", "yeo you yu", "ye yae", "o oh", "wa", "wae wai", "oe oi we", "yo",
    "u oo ou", "wo weo", "we", "wi ui", "yu yoo you", "eu u", "ui ee i eui", "i ee y",
]  # fmt: skip
FINALS = [
    "-",
    "k g ck",
    "",
    "",
    "n",
    "",
    "",
    "t d",
    "l",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "m",
    "p b",
    "",
    "t s",
    "",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "",
]
CYRILLIC_INITIALS = [
    "к г",
    "кк",
    "н",
    "т д",
    "тт",
    "р л",
    "м",
    "п б",
    "пп",
    "с",
    "сс",
    "-",
    "ч дж чж",
    "чч",
    "чх ч",
    "кх к",
    "тх т",
    "пх п",
    "х",
]
CYRILLIC_VOWELS = [
    "а", "э е", "я", "йе", "о", "е э", "ё е", "йе е", "о", "ва", "вэ", "ве вэ ое", "ё", "у", "во", "ве", "ви", "ю", "ы", "ый и ы", "и",
]  # fmt: skip
CYRILLIC_FINALS = [
    "-",
    "к г",
    "",
    "",
    "н нъ",
    "",
    "",
    "т",
    "ль л р",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "м",
    "п б",
    "",
    "т",
    "",
    "н нг",
    "т",
    "т",
    "к",
    "т",
    "п",
    "",
]
# What nobody derives by rule: popular spellings, and vowels that are never written so in this syllable.
POPULAR = {
    "영": "young yung", "수": "sue su soo", "우": "woo u wu oo", "운": "woon un", "욱": "wook uk", "희": "hee hui hi heui", "시": "si shi see",
    "신": "shin sin", "식": "sik shik", "실": "sil shil", "심": "sim shim", "이": "i yi lee ee", "일": "il", "진": "jin chin jean", "중": "joong chung",
    "종": "jong chong", "용": "yong", "석": "seok suk sok", "숙": "sook suk", "성": "sung seong", "승": "seung", "선": "sun seon", "순": "soon sun",
    "철": "chul cheol chol", "혁": "hyuk hyeok hyug", "별": "byul byeol", "귀": "gwi kwi", "범": "bum beom pum", "덕": "duk deok", "원": "won weon",
    "훈": "hoon hun", "헌": "hun heon", "준": "jun joon chun", "전": "jeon jun", "은": "eun un", "언": "eon un", "름": "reum", "람": "ram", "봄": "bom",
    "해": "hae hai", "현": "hyun hyeon hyon", "혜": "hye hyae", "형": "hyung hyeong", "경": "kyung gyeong kyeong kyoung gyung", "룡": "ryong yong",
    "연": "yeon youn yun", "윤": "yoon yun youn", "율": "yul", "률": "ryul yul", "주": "joo ju chu", "효": "hyo", "의": "ui eui",
    "여": "yeo yo yuh", "애": "ae ay", "례": "rye lye", "리": "ri li lee rhee", "란": "ran lan", "래": "rae lae", "림": "rim lim", "련": "ryeon ryun",
    "서": "seo suh", "정": "jung jeong chung cheong", "병": "byung byeong", "명": "myung myeong", "평": "pyung pyeong", "청": "chung cheong",
    "섭": "sup seop sub seob", "걸": "geol gul", "건": "geon gun kun keon", "규": "gyu kyu", "균": "gyun kyun",
}  # fmt: skip
