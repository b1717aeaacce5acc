"""Chinese names: syllables in three transcriptions, spellings of the South, signs of two readings or two forms."""
# ruff: noqa: E501 — a table, a line is one entry, however long

# Pinyin (ISO 7098:2015): by initial, the finals it goes with.
PINYIN = """
- a ai an ang ao e ei en eng er o ou yi ya yan yang yao ye yin ying yong you yu yuan yue yun wa wai wan wang wei wen weng wo wu
b a ai an ang ao ei en eng i ian iao ie in ing o u
p a ai an ang ao ei en eng i ian iao ie in ing o ou u
m a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u
f a an ang ei en eng o ou u
d a ai an ang ao e ei eng i ian iao ie ing iu ong ou u uan ui un uo
t a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo
n a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong u uan uo v ve
l a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo v ve
g a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
k a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo
h a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
j i ia ian iang iao ie in ing iong iu u uan ue un
q i ia ian iang iao ie in ing iong iu u uan ue un
x i ia ian iang iao ie in ing iong iu u uan ue un
zh a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo
ch a ai an ang ao e en eng i ong ou u uai uan uang ui un uo
sh a ai an ang ao e en eng i ou u ua uai uan uang ui un uo
r an ang ao e en eng i ong ou u uan ui un uo
z a ai an ang ao e en eng i ong ou u uan ui un uo
c a ai an ang ao e en eng i ong ou u uan ui un uo
s a ai an ang ao e en eng i ong ou u uan ui un uo
"""
# Wade-Giles (Giles 1912) without its apostrophes and dots, as newspapers print it.
WADE_INITIALS = {
    "-": "", "b": "p", "p": "p", "m": "m", "f": "f", "d": "t", "t": "t", "n": "n", "l": "l", "g": "k", "k": "k", "h": "h",
    "j": "ch", "q": "ch", "x": "hs", "zh": "ch", "ch": "ch", "sh": "sh", "r": "j", "z": "ts", "c": "ts", "s": "s",
}  # fmt: skip
WADE_FINALS = {
    "ian": "ien", "ie": "ieh", "ve": "ueh", "ue": "ueh", "iong": "iung", "ong": "ung", "v": "u", "yan": "yen", "ye": "yeh",
    "yi": "i", "you": "yu", "yong": "yung", "yue": "yueh", "er": "erh",
}  # fmt: skip
WADE_WHOLE = {
    "zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih", "zi": "tzu", "ci": "tzu", "si": "ssu", "ge": "ko", "ke": "ko",
    "he": "ho", "duo": "to", "tuo": "to", "nuo": "no", "luo": "lo", "zuo": "tso", "cuo": "tso", "suo": "so", "zhuo": "cho",
    "chuo": "cho", "ruo": "jo", "gui": "kuei", "kui": "kuei", "e": "o",
}  # fmt: skip
# Sloppy ones: without the e of ieh, as printed by people who have no ü.
WADE_BESIDES = "szu=si tze=zi hsiu=xiu i=yi jung=rong kuo=guo yi=yi huei=hui yan=yan tsz=zi hui=hui jo=ruo"
# Palladius (1888, as Russian newspapers use it).
PALLADIUS_INITIALS = {
    "-": "", "b": "б", "p": "п", "m": "м", "f": "ф", "d": "д", "t": "т", "n": "н", "l": "л", "g": "г", "k": "к", "h": "х",
    "j": "цз", "q": "ц", "x": "с", "zh": "чж", "ch": "ч", "sh": "ш", "r": "ж", "z": "цз", "c": "ц", "s": "с",
}  # fmt: skip
PALLADIUS_FINALS = {
    "a": "а", "ai": "ай", "an": "ань", "ang": "ан", "ao": "ао", "e": "э", "ei": "эй", "en": "энь", "eng": "эн", "o": "о",
    "ou": "оу", "ong": "ун", "er": "эр", "i": "и", "ia": "я", "ian": "янь", "iang": "ян", "iao": "яо", "ie": "е", "in": "инь",
    "ing": "ин", "iong": "юн", "iu": "ю", "u": "у", "ua": "уа", "uai": "уай", "uan": "уань", "uang": "уан", "ui": "уй",
    "un": "унь", "uo": "о", "v": "юй", "ve": "юэ", "yi": "и", "ya": "я", "yan": "янь", "yang": "ян", "yao": "яо", "ye": "е",
    "yin": "инь", "ying": "ин", "yong": "юн", "you": "ю", "yu": "юй", "yuan": "юань", "yue": "юэ", "yun": "юнь", "wa": "ва",
    "wai": "вай", "wan": "вань", "wang": "ван", "wei": "вэй", "wen": "вэнь", "weng": "вэн", "wo": "во", "wu": "у",
}  # fmt: skip
AFTER_JQX = {"u": "юй", "uan": "юань", "ue": "юэ", "un": "юнь"}
PALLADIUS_WHOLE = {"zi": "цзы", "ci": "цы", "si": "сы", "hui": "хуэй", "gui": "гуй", "kui": "куй"}
# Surnames (and syllables of given names) as Hong Kong, Taiwan, Singapore and Malaysia write them: pinyin, then spellings.
SOUTHERN_SURNAMES = """
chen chan tan chin tran|huang wong ng oei wee ooi hwang|zhang cheung chang teo teoh tiong|li lee lai|lin lam lim|wang wong ong heng
liu lau low lew liew|wu ng goh woo|yang yeung yeo young|zhou chow chou chau chew|xu hsu hui tsui chui koh choo shu|sun suen soon
zhu chu choo|ma mah|hu woo oo|guo kwok kuo quek kuok|he ho hoh|gao ko kao goh|luo law lo loh|zheng cheng tay tee chang
liang leung leong neo niu|xie tse hsieh chia cheah tze|song sung soong|tang tong tng|han hon|feng fung foong|cai tsai choi chua choy tsoi chai tjoa
deng tang teng|cao tsao cho tso|peng pang phang|zeng tsang tseng chan|xiao hsiao siu seow siew shaw|tian tin|dong tung|pan poon phua pun
yuan yuen|yu yue yee|ye yip yeh ip yap|jiang chiang keung kong cheung kiang|du to tu toh|ding ting teng|wei ngai wee|lu lo luk loke
shen shum sim sum|cui tsui chui|fan fan hwan|liao liu liew leow|shi shek sze shih see|jin kam chin kim|gu koo ku|hou hau
shao shiu siu|meng mang|long lung|wan man|duan tuen|qian chin chien|yin wan|fang fong png|zhong chung cheong|kong hung
mo mok mock|lai lai|ou au aw|ouyang auyeung|situ szeto seetoh|guan kwan|xiong hung|qiu yau khoo hiew|hong hung ang|mai mak|ling ling|yan yim ngan gan
chong zhuang|zhuang chong chng chuang|lei louie lui|lv lui loo|kang hong|jian kan|zhan chim|ruan yuen|tan tam ham|gan kam|su so soh|fu foo fu
"""
CANTONESE_GIVEN = """
jia ka|hui fai wai|ming ming|wei wai|zhi chi|guo kwok|qiang keung|mei mei|ling ling|wen man|hua wah wa|li lai|fang fong|ying ying wing|yong wing yung
xin yan sum hin|jian kin|jun chun kwan|jie kit kai|de tak|rong wing|cheng shing|ping ping|xiao siu hiu|min man|jing ching king|ting ting|yi yee yi kei
ya nga|shi sze si|xin sum|si sze|shan shan|zhen chun|zhu chu|lan lan|yan yin yan|feng fung|xia ha|yun wan|yue yuet|xue suet hok|long lung
xiang cheung heung|guang kwong|hai hoi|tian tin|xin sun|an on|bao po|jin kam|qi kei ki|yu yu yuk|hao ho|ran yin|zi tsz tze chi|xuan huen hin
wing yong|han hon hong|tai tai|lok le|le lok|yao yiu|zhao chiu|hong hung|lin lin lam|ru yu|sheng sang shing|chun chun|qiu chau|dong tung|nan nam
bei pak|bai pak|fu fuk fu|shou sau|lu luk|gui kwai kuei|mu muk|shui shui|huo fo|tu to|ren yan|yi i|bo pok|hui wai|wei wing|ke hak|zu cho|xing hing sing
wu mo|bing ping|zhong chung|liang leung|qing ching hing|xi hei|he wo|kang hong|ning ning|chao chiu|tao to|lei lui|bin pan|peng pang|song chung
yi ngai|boon wen|wen boon|ji kee kei|kee ji|sheng seng|qing cheng|fu hock|xing heng|guan koon|xun shun|yi yik yat|fa fat|run yun|man man|zhuo cheuk|bi bik|qi chi|xue hok|ze chak|ji kit|shu shuk suk|zi tsz choo
yuan yuen|you yau|juan kuen|jia kar|bin ban|hui wui|quan chuen kuen|chuan chuen|tong tung|na na|rui sui|pei pui|lian lin|qian chin|shan san|qiao kiu|zhou chau
hai hai|jin chin|zhong teong|cheng seng|mei bee|ming beng|guo kok|li lee|hua hwa
"""
# Surnames whose usual reading is another one than the sign's in dictionaries, and signs of two readings.
SIGNS = {
    "曾": "zeng", "单": "shan", "單": "shan", "解": "xie", "仇": "qiu", "查": "zha", "尉": "wei", "乐": "le yue", "樂": "le yue", "翟": "zhai",
    "盖": "gai ge", "任": "ren", "华": "hua", "華": "hua", "区": "ou", "區": "ou", "朴": "piao", "尹": "yin", "覃": "qin tan", "长": "chang zhang",
    "重": "chong zhong", "行": "xing hang", "朝": "chao zhao", "会": "hui", "會": "hui", "吕": "lv lu lyu", "呂": "lv lu lyu", "绿": "lv",
    "律": "lv", "女": "nv", "沈": "shen", "瀋": "shen", "召": "zhao shao", "曲": "qu", "种": "chong zhong", "石": "shi", "冯": "feng", "馮": "feng",
    "贾": "jia", "賈": "jia", "车": "che", "車": "che", "谌": "chen", "俞": "yu", "薄": "bo", "宁": "ning", "甯": "ning", "臧": "zang", "卜": "bu",
    "黑": "hei", "佟": "tong", "柏": "bai bo", "晟": "sheng cheng", "茜": "qian xi", "婼": "ruo", "若": "ruo", "兴": "xing", "興": "xing",
    "阿": "a", "藏": "cang zang", "侠": "xia", "传": "chuan", "彦": "yan", "彥": "yan", "畅": "chang", "暢": "chang", "铭": "ming", "銘": "ming",
    "葛": "ge", "盛": "sheng", "洗": "xian", "冼": "xian", "万": "wan", "萬": "wan", "员": "yun yuan", "隗": "wei kui", "郗": "xi", "缪": "miao",
    "秘": "bi mi", "费": "fei", "費": "fei", "宓": "mi", "都": "du", "那": "na", "少": "shao", "降": "jiang", "繁": "fan", "戚": "qi",
}  # fmt: skip
# Pairs of traditional and simplified signs that stand in names; what is missing here is compared as it is.
TRADITIONAL = """
張张 陳陈 劉刘 黃黄 趙赵 吳吴 孫孙 馬马 羅罗 鄭郑 謝谢 許许 馮冯 鄧邓 蕭萧 葉叶 蔣蒋 蘇苏 呂吕 賈贾 鍾钟 鐘钟 譚谭 陸陆 範范 韋韦 鄒邹 龍龙 萬万 錢钱 湯汤
賴赖 龔龚 嚴严 龐庞 蘭兰 盧卢 顧顾 駱骆 閆闫 閻阎 齊齐 喬乔 歐欧 陽阳 諸诸 馬马 司司 聶聂 婁娄 莊庄 關关 鮑鲍 倪倪 瞿瞿 樓楼 單单 儲储 岑岑 連连 華华 偉伟
國国 強强 傑杰 嘉嘉 輝辉 麗丽 詠咏 靜静 婷婷 儀仪 詩诗 穎颖 鳳凤 雲云 長长 東东 曉晓 愛爱 寶宝 貴贵 榮荣 慶庆 義义 禮礼 誠诚 諾诺 語语 鈺钰 銘铭 鋒锋 錦锦
鐵铁 銀银 鎮镇 開开 陳陈 雙双 難难 霽霁 韻韵 頌颂 領领 風风 飛飞 騰腾 驍骁 驊骅 鵬鹏 鴻鸿 鶴鹤 麟麟 龍龙 書书 會会 樂乐 樹树 橋桥 機机 權权 歡欢 濤涛 潔洁
澤泽 瀾澜 燁烨 營营 瑋玮 瑪玛 璽玺 瓊琼 畫画 異异 發发 盡尽 確确 禎祯 積积 競竞 筆笔 節节 簡简 紅红 純纯 紹绍 維维 綺绮 綠绿 縈萦 繼继 續续 羣群 習习 聖圣
聰聪 聲声 肅肃 腦脑 臨临 興兴 藝艺 衛卫 見见 親亲 覺觉 計计 訓训 記记 詢询 該该 調调 諭谕 謙谦 識识 讓让 貝贝 財财 賢贤 贊赞 軍军 輕轻 輪轮 辰辰 農农 運运
達达 遠远 適适 選选 遲迟 鄉乡 醫医 釗钊 鈞钧 鉅钜 勛勋 勳勋 勝胜 勁劲 務务 勵励 區区 協协 單单 衆众 嵐岚 嶽岳 巖岩 師师 帥帅 幹干 庫库 廣广 張张 彌弥 彥彦
後后 徑径 從从 復复 恆恒 惠惠 慧慧 憶忆 應应 懷怀 戰战 揚扬 搖摇 擇择 擴扩 攀攀 敏敏 敘叙 斌斌 晉晋 時时 暉晖 暢畅 曄晔 朧胧 業业 極极 楊杨 楓枫 榆榆 槿槿
媽妈 嬌娇 學学 孫孙 寧宁 實实 審审 寫写 專专 將将 尋寻 對对 導导 屆届 岡冈 島岛 馨馨 鄒邹 鄔邬 鄺邝 鄂鄂 郟郏 酈郦 灣湾 凱凯 劍剑 劉刘 創创 億亿 優优 傳传
倫伦 們们 來来 係系 俠侠 倉仓 個个 側侧 偵侦 備备 傢家 傭佣 償偿 儒儒 冊册 況况 涼凉 淩凌 湧涌 滿满 漢汉 灝灏 煥焕 煒炜 熱热 爾尔 獻献 珮佩 琺珐 環环 璉琏
"""
DOUBLE_SURNAMES = frozenset(
    [
        "欧阳",
        "歐陽",
        "司马",
        "司馬",
        "诸葛",
        "諸葛",
        "上官",
        "皇甫",
        "令狐",
        "司徒",
        "夏侯",
        "慕容",
        "尉迟",
        "东方",
        "東方",
        "公孙",
        "公孫",
        "长孙",
        "宇文",
        "端木",
        "轩辕",
        "南宫",
        "独孤",
    ]
)
