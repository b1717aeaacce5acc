"""Words that lists use: heads of columns, words for nothing, forms of address, countries by other names."""

import re

# What a column is for, and how its head may be written (no capitals, no signs between words).
HEADS = {
    "name": "name|full name|fullname|person name|person|guest|participant|delegate|attendee|names|фио|ф и о|имя и фамилия|"
    "фамилия имя отчество|полное имя|участник|гость|делегат|аты жөні|аты жөнi|толық аты жөні|қонақ|қатысушы|성명|이름|성함|"
    "참가자|姓名|名字|氏名|お名前|名前",
    "family": "last name|lastname|surname|family name|family|фамилия|тегі|성|姓",
    "given": "first name|firstname|given name|given names|forename|имя|аты|есімі|名",
    "middle": "middle name|patronymic|отчество|әкесінің аты",
    "latin_name": "latin name|name in latin|name in latin letters|passport name|name in passport|english name|name in english|"
    "name latin|латиницей|имя латиницей|фио латиницей|имя на английском|фио на английском|имя как в паспорте|"
    "латын әріптерімен|латынша аты жөні|영문 성명|영문명|영문 이름|로마자 이름|영문성명|英文名|拼音|ローマ字",
    "latin_family": "latin last name|latin surname|фамилия латиницей|фамилия на английском|영문 성",
    "latin_given": "latin first name|имя латиницей отдельно|имя на английском отдельно|영문 이름만",
    "honorific": "honorific|salutation title|mr mrs|mr ms|prefix|title|courtesy title|обращение|құрмет атауы|경칭|존칭|호칭|称谓|敬称",
    "academic_title": "academic title|degree|academic degree|ученая степень|учёная степень|звание|ғылыми атағы|ғылыми дәрежесі|학위",
    "salutation": "salutation|приветствие|сәлемдесу|인사말",
    "affiliation": "organisation|organization|company|affiliation|institution|employer|division|department|firm|ministry|"
    "agency|организация|компания|учреждение|место работы|предприятие|подразделение|отдел|ведомство|министерство|ұйым|"
    "компаниясы|мекеме|бөлім|소속|회사|기관|소속기관|단체|부서|单位|公司|机构|部门|所属|会社",
    "position": "position|job title|jobtitle|job|function|role|post|должность|позиция|лауазымы|лауазым|қызметі|직책|직위|직급|"
    "직함|职务|职位|役職|肩書",
    "country": "country|nationality|citizenship|country code|iso|iso2|iso3|delegation iso|страна|гражданство|ел|мемлекет|"
    "азаматтығы|елі|국가|국적|나라|国家|国籍|国",
    "phone": "phone|mobile|telephone|tel|cell|phone number|mobile phone|contact number|телефон|мобильный|моб|номер телефона|тел|"
    "сотовый|ұялы телефон|телефоны|телефон нөмірі|전화|전화번호|휴대폰|휴대전화|연락처|电话|手机|電話",
    "email": "email|e mail|mail|email address|e mail address|почта|эл почта|электронная почта|адрес почты|пошта|эл пошта|"
    "электрондық пошта|이메일|메일|메일주소|电子邮件|邮箱|メール",
    "assistant_email": "assistant email|email of assistant|assistant e mail|secretary email|почта помощника|e mail помощника|"
    "көмекшінің поштасы|비서 이메일",
    "language": "language|mail language|preferred language|язык|тіл|тілі|언어|语言|言語",
    "category": "category|type|guest type|group|group type|participant type|категория|тип|группа|тип участника|санат|санаты|"
    "түрі|카테고리|구분|분류|참가 구분|类别|区分",
    "delegation": "delegation|delegation name|country delegation|делегация|делегациясы|대표단|代表团|代表団",
    "badge_line": "badge line|badge|line on badge|строка на бейдже|бейдж|бейдждегі жол|명찰 문구",
    "dietary": "dietary|diet|food|dietary requirements|meal|питание|еда|тамақ|식단|음식",
    "access_needs": "access|access needs|accessibility|special needs|доступность|особые потребности|ерекше қажеттіліктер|접근성",
}
EMPTY_WORDS = (
    "na",
    "n/a",
    "n.a.",
    "-",
    "–",
    "—",
    "--",
    "null",
    "none",
    "nil",
    "нет",
    "жоқ",
    "없음",
    "무",
    "無",
    "нет данных",
)
TITLES = re.compile(
    "(?i)"
    r"(he|se|hrh|the hon\.?|hon\.?)?\s*"
    r"(mr|mrs|ms|mx|miss|dr|prof|m|mme|mlle|sr|sra|srta|herr|frau|г-н|г-жа|님|씨|先生|女士)?\.?"
)
COUNTRIES_ALSO = {
    "USA": "US", "U.S.A.": "US", "United States of America": "US", "UK": "GB", "Great Britain": "GB", "England": "GB",
    "Korea": "KR", "Republic of Korea": "KR", "South Korea": "KR", "Korea (South)": "KR", "한국": "KR", "대한민국": "KR",
    "Russian Federation": "RU", "РФ": "RU", "Российская Федерация": "RU", "США": "US", "ОАЭ": "AE", "UAE": "AE", "КНР": "CN",
    "PRC": "CN", "Қазақстан Республикасы": "KZ", "Республика Казахстан": "KZ", "РК": "KZ", "ҚР": "KZ", "Holland": "NL",
    "Viet Nam": "VN", "Turkey": "TR", "Czech Republic": "CZ", "Iran (Islamic Republic of)": "IR", "Kyrgyz Republic": "KG",
    "Южная Корея": "KR", "Республика Корея": "KR", "Оңтүстік Корея": "KR", "Корея": "KR", "Киргизия": "KG", "Türkiye": "TR",
}  # fmt: skip
