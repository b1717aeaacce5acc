"""Names of the Arab world, Persia, Israel and the West: one a line, native spellings, then romanisations, then Cyrillic ones."""
# ruff: noqa: E501 — a table, a line is one entry, however long

# One name a line: Arabic (and Persian, Urdu, Cyrillic) spellings, then how passports romanise it.
NAMES = """
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
דוד david давид
כהן cohen kohen коэн
לוי levi levy леви
אברהם avraham abraham авраам
ישראל israel yisrael исраэль израиль
משה moshe моше
יוסף yosef yossef йосеф
יעקב yaakov yakov яаков
שרה sara sarah сара
רחל rachel rahel рахель
מרים miriam мирьям
דניאל daniel даниэль
מיכאל michael michal михаэль
יונתן yonatan jonathan йонатан
נועם noam ноам
תמר tamar тамар
אורי uri ori ури
איתן eitan etan эйтан
חיים haim chaim хаим
שמעון shimon simon шимон
שלמה shlomo шломо
פרץ peretz perez перец
מזרחי mizrahi mizrachi мизрахи
כץ katz кац
james джеймс
george джордж جورج
charles чарльз
charlie чарли
susan сьюзан
white уайт
jean жан
hughes хьюз
wright райт
michael майкл майкел
brown браун
jane джейн
joyce джойс
george джордж جورج
catherine katherine kathryn кэтрин
kate кейт
hugh хью
ralph ральф
joao жуан
luc люк
guy ги
renaud рено
jacques жак
guillaume гийом
thierry тьерри
matthieu матьё матье
mathieu матьё матье
gauthier готье
pierre пьер
yves ив
bruce брюс
ruth рут
russell рассел
duncan данкан
justin джастин
judy джуди
julie жюли джули
sean шон
shaun шон
shawn шон
craig крейг
keith кит
leigh ли
ryan райан
brian брайан
bryan брайан
taylor тейлор
moore мур
lewis льюис
walker уокер
hall холл
young янг
clark кларк
hill хилл
baker бейкер
cook кук
ward уорд
wood вуд
watson уотсон
price прайс
bennett беннет
ross росс
cole коул
jones джонс
"""
WRITTEN_LATIN = {
    "ا": "a aa e i u", "أ": "a e u o", "إ": "i e", "آ": "a aa", "ء": "-", "ؤ": "u o w", "ئ": "i e y", "ب": "b", "پ": "p", "ت": "t", "ث": "th s t",
    "ج": "j g dj dzh", "چ": "ch tch", "ح": "h kh", "خ": "kh h ch k", "د": "d", "ذ": "dh z th d", "ر": "r", "ز": "z", "ژ": "zh j", "س": "s ss c", "ش": "sh ch s",
    "ص": "s ss", "ض": "d dh z", "ط": "t", "ظ": "z dh th", "ع": "- a aa e o u i", "غ": "gh g", "ف": "f ph", "ق": "q k g gh c", "ك": "k c", "ک": "k c", "گ": "g",
    "ل": "l", "م": "m", "ن": "n", "ه": "h - eh ah", "ة": "a ah at e eh", "و": "w u o ou oo v aw au ou", "ي": "y i ee e ei ai ay ia iy", "ی": "y i ee e ei ai ay a",
    "ى": "a i y", "ے": "e ay", "ہ": "h - a", "ں": "n", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ھ": "h -",
}  # fmt: skip
