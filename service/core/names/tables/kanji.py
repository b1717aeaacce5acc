"""Japanese names in Kanji with their usual readings in Hepburn: the commonest, put together for this search."""
# ruff: noqa: E501 — a table, a line is one entry, however long

SURNAMES = """
佐藤 satou|鈴木 suzuki|高橋 takahashi|田中 tanaka|渡辺 watanabe|渡邉 watanabe|渡邊 watanabe|伊藤 itou|山本 yamamoto|中村 nakamura|小林 kobayashi|加藤 katou|吉田 yoshida|山田 yamada
佐々木 sasaki|山口 yamaguchi|松本 matsumoto|井上 inoue|木村 kimura|林 hayashi|斎藤 saitou|斉藤 saitou|齋藤 saitou|齊藤 saitou|清水 shimizu|山崎 yamazaki yamasaki|森 mori|池田 ikeda|橋本 hashimoto
阿部 abe|石川 ishikawa|山下 yamashita|中島 nakajima nakashima|石井 ishii|小川 ogawa|前田 maeda|岡田 okada|長谷川 hasegawa|藤田 fujita|後藤 gotou|近藤 kondou|村上 murakami|遠藤 endou|青木 aoki
坂本 sakamoto|福田 fukuda|太田 oota|西村 nishimura|藤井 fujii|岡本 okamoto|金子 kaneko|藤原 fujiwara|三浦 miura|中野 nakano|中川 nakagawa|原田 harada|松田 matsuda|竹内 takeuchi|小野 ono
田村 tamura|中山 nakayama|和田 wada|石田 ishida|森田 morita|上田 ueda|原 hara|内田 uchida|柴田 shibata|酒井 sakai|宮崎 miyazaki|横山 yokoyama|高木 takagi takaki|安藤 andou|宮本 miyamoto
大野 oono ono|島田 shimada|谷口 taniguchi|今井 imai|工藤 kudou|高田 takada takata|増田 masuda|丸山 maruyama|杉山 sugiyama|村田 murata|大塚 ootsuka|新井 arai|小山 koyama oyama|平野 hirano
藤本 fujimoto|河野 kouno kawano|上野 ueno|武田 takeda|野口 noguchi|松井 matsui|千葉 chiba|岩崎 iwasaki|菅原 sugawara|木下 kinoshita|久保 kubo|佐野 sano|野村 nomura|松尾 matsuo|市川 ichikawa
菊地 kikuchi|菊池 kikuchi|杉本 sugimoto|古川 furukawa|大西 oonishi|島 shima|北村 kitamura|服部 hattori|片山 katayama|土屋 tsuchiya|川口 kawaguchi|飯田 iida|吉川 yoshikawa kikkawa|本田 honda
東 higashi azuma|川崎 kawasaki|久保田 kubota|沢田 sawada|澤田 sawada|矢野 yano|水野 mizuno|吉村 yoshimura|広瀬 hirose|辻 tsuji|熊谷 kumagai|中田 nakata nakada|川上 kawakami|石原 ishihara|田口 taguchi
秋山 akiyama|小島 kojima ojima|児島 kojima|永井 nagai|大島 ooshima|馬場 baba|星野 hoshino|福島 fukushima|荒木 araki|大久保 ookubo|松岡 matsuoka|浅野 asano|西田 nishida|樋口 higuchi|岡崎 okazaki
西川 nishikawa|五十嵐 igarashi|北川 kitagawa|野田 noda|安田 yasuda|堀 hori|本間 honma|大石 ooishi|川村 kawamura|黒田 kuroda|津田 tsuda|関 seki|望月 mochizuki|田島 tajima|早川 hayakawa|尾崎 ozaki
須藤 sudou|内藤 naitou|篠原 shinohara|堀内 horiuchi|松村 matsumura|植田 ueda|桜井 sakurai|櫻井 sakurai|平田 hirata|大森 oomori|小松 komatsu|片岡 kataoka|岩田 iwata|栗原 kurihara|三宅 miyake
高野 takano|土井 doi|宮田 miyata|安部 abe|柳 yanagi|柳田 yanagida|大川 ookawa|大橋 oohashi|大木 ooki|大竹 ootake|岡 oka|岡部 okabe|奥村 okumura|奥田 okuda|小田 oda|小池 koike|小西 konishi|小沢 ozawa|小澤 ozawa
加納 kanou|川島 kawashima|川田 kawada|河合 kawai|川合 kawai|菅 suga kan|菅野 kanno sugano|神田 kanda|岸 kishi|岸本 kishimoto|桑原 kuwabara|小泉 koizumi|榊原 sakakibara|坂井 sakai|坂口 sakaguchi|佐久間 sakuma
沢 sawa|塩田 shiota|下田 shimoda|白石 shiraishi|白井 shirai|新田 nitta|杉田 sugita|杉浦 sugiura|関口 sekiguchi|高山 takayama|高島 takashima|滝 taki|滝沢 takizawa|竹田 takeda|竹中 takenaka|武井 takei|田辺 tanabe|田代 tashiro
谷 tani|塚本 tsukamoto|堤 tsutsumi|寺田 terada|徳永 tokunaga|富田 tomita|豊田 toyoda toyota|中西 nakanishi|中井 nakai|永田 nagata|長野 nagano|長尾 nagao|成田 narita|西 nishi|西山 nishiyama|根本 nemoto|野中 nonaka
萩原 hagiwara|浜田 hamada|濱田 hamada|早田 hayata|原口 haraguchi|東野 higashino|平井 hirai|平山 hirayama|福井 fukui|藤岡 fujioka|藤川 fujikawa|藤沢 fujisawa|古田 furuta|細川 hosokawa|堀田 hotta|真田 sanada
松原 matsubara|松下 matsushita|松浦 matsuura|松永 matsunaga|丸田 maruta|三上 mikami|三好 miyoshi|水谷 mizutani|南 minami|宮下 miyashita|宮川 miyagawa|向井 mukai|村井 murai|村山 murayama|室 muro|森本 morimoto|森下 morishita
八木 yagi|矢島 yajima|安井 yasui|柳沢 yanagisawa|山内 yamauchi yamanouchi|山川 yamakawa|山中 yamanaka|山根 yamane|山岸 yamagishi|湯浅 yuasa|横田 yokota|吉岡 yoshioka|吉野 yoshino|吉本 yoshimoto|若林 wakabayashi|鷲尾 washio|小泉 koizumi|黒沢 kurosawa|黒澤 kurosawa|大江 ooe|岩本 iwamoto|岩井 iwai|今村 imamura|石橋 ishibashi|長田 nagata osada|岡村 okamura|川端 kawabata|北野 kitano|小西 konishi|古賀 koga|斉木 saiki
"""
GIVEN = """
翔太 shouta|大輔 daisuke|健一 kenichi|直樹 naoki|恵子 keiko|美咲 misaki|一郎 ichirou|二郎 jirou|次郎 jirou|三郎 saburou|四郎 shirou|五郎 gorou|太郎 tarou|花子 hanako|健太 kenta|健太郎 kentarou|健 ken takeshi|健二 kenji|健司 kenji
賢治 kenji|賢一 kenichi|謙一 kenichi|真一 shinichi|慎一 shinichi|信一 shinichi|伸一 shinichi|新一 shinichi|純一 junichi|純一郎 junichirou|健一郎 kenichirou|慎太郎 shintarou|謙 ken|博文 hirofumi|淳一 junichi|潤一 junichi|順一 junichi|隆一 ryuuichi takakazu|竜一 ryuuichi|龍一 ryuuichi|良一 ryouichi|亮一 ryouichi|洋一 youichi
陽一 youichi|浩一 kouichi|孝一 kouichi|光一 kouichi|公一 kouichi|誠一 seiichi|精一 seiichi|栄一 eiichi|英一 eiichi|修一 shuuichi|秀一 shuuichi hidekazu|周一 shuuichi|雄一 yuuichi|裕一 yuuichi|祐一 yuuichi|勇一 yuuichi|正一 shouichi masakazu
浩二 kouji|孝二 kouji|康二 kouji|幸二 kouji|浩司 kouji|隆二 ryuuji|竜二 ryuuji|龍二 ryuuji|雄二 yuuji|裕二 yuuji|祐二 yuuji|勇二 yuuji|真二 shinji|慎二 shinji|信二 shinji|伸二 shinji|誠二 seiji|清二 seiji|英二 eiji|栄二 eiji|修二 shuuji|秀二 shuuji
淳二 junji|純二 junji|順二 junji|譲二 jouji|洋二 youji|陽二 youji|良二 ryouji|亮二 ryouji|光二 kouji|雄太 yuuta|勇太 yuuta|優太 yuuta|悠太 yuuta|裕太 yuuta|祐太 yuuta|翔 shou|大樹 daiki hiroki|大地 daichi|大翔 hiroto haruto|陽斗 haruto|蓮 ren|湊 minato
樹 itsuki|颯太 souta|蒼太 souta|悠真 yuuma|悠人 yuuto haruto|優斗 yuuto|勇斗 yuuto|拓也 takuya|拓哉 takuya|卓也 takuya|達也 tatsuya|竜也 tatsuya|哲也 tetsuya|徹也 tetsuya|和也 kazuya|直也 naoya|智也 tomoya|友也 tomoya|雅也 masaya|慎也 shinya|信也 shinya|伸也 shinya
淳也 junya|純也 junya|裕也 yuuya|雄也 yuuya|翔也 shouya|誠也 seiya|聖也 seiya|博 hiroshi|浩 hiroshi|寛 hiroshi|弘 hiroshi|洋 hiroshi you|宏 hiroshi|裕 hiroshi yutaka|広志 hiroshi|博史 hirofumi hiroshi|浩史 hiroshi hirofumi|浩之 hiroyuki|博之 hiroyuki|弘之 hiroyuki
裕之 hiroyuki|広之 hiroyuki|隆之 takayuki|孝之 takayuki|貴之 takayuki|敏之 toshiyuki|俊之 toshiyuki|正之 masayuki|雅之 masayuki|昌之 masayuki|政之 masayuki|義之 yoshiyuki|和之 kazuyuki|智之 tomoyuki|知之 tomoyuki|直之 naoyuki|信之 nobuyuki|伸之 nobuyuki
博明 hiroaki|弘明 hiroaki|浩明 hiroaki|宏明 hiroaki|俊明 toshiaki|敏明 toshiaki|隆明 takaaki|正明 masaaki|義明 yoshiaki|和明 kazuaki|秀明 hideaki|英明 hideaki|英樹 hideki|秀樹 hideki|正樹 masaki|雅樹 masaki|昌樹 masaki|和樹 kazuki|一樹 kazuki|弘樹 hiroki|裕樹 hiroki yuuki
宏樹 hiroki|広樹 hiroki|浩樹 hiroki|直輝 naoki|俊樹 toshiki|勇樹 yuuki|勇気 yuuki|祐樹 yuuki|優樹 yuuki|義弘 yoshihiro|良弘 yoshihiro|芳弘 yoshihiro|吉弘 yoshihiro|和弘 kazuhiro|和博 kazuhiro|和宏 kazuhiro|正弘 masahiro|正博 masahiro|雅弘 masahiro|昌弘 masahiro|政弘 masahiro
隆弘 takahiro|孝弘 takahiro|貴弘 takahiro|貴博 takahiro|信弘 nobuhiro|伸弘 nobuhiro|敏弘 toshihiro|俊弘 toshihiro|康弘 yasuhiro|泰弘 yasuhiro|明弘 akihiro|昭弘 akihiro|章弘 akihiro|光弘 mitsuhiro|義彦 yoshihiko|和彦 kazuhiko|正彦 masahiko|雅彦 masahiko|明彦 akihiko
昭彦 akihiko|秀彦 hidehiko|信彦 nobuhiko|伸彦 nobuhiko|敏彦 toshihiko|俊彦 toshihiko|直彦 naohiko|康彦 yasuhiko|隆 takashi|孝 takashi|貴 takashi|崇 takashi|孝志 takashi|隆志 takashi|隆史 takashi takafumi|武 takeshi|剛 tsuyoshi takeshi|毅 tsuyoshi takeshi|猛 takeshi
武志 takeshi|明 akira|章 akira|晃 akira|亮 ryou akira|彰 akira|昭 akira|聡 satoshi|智 satoshi|哲 satoshi tetsu|敏 satoshi|悟 satoru|覚 satoru|学 manabu|誠 makoto|真 makoto shin|実 minoru|稔 minoru|豊 yutaka|進 susumu|勉 tsutomu|努 tsutomu|茂 shigeru|繁 shigeru|滋 shigeru
清 kiyoshi|潔 kiyoshi|正 tadashi masashi|忠 tadashi|修 osamu|治 osamu|収 osamu|薫 kaoru|香 kaori|香織 kaori|勇 isamu|勝 masaru|優 yuu masaru|渉 wataru|渡 wataru|純 jun|淳 jun atsushi|潤 jun|順 jun|篤 atsushi|敦 atsushi|厚 atsushi|翼 tsubasa|満 mitsuru|充 mitsuru|光 hikaru
輝 hikaru akira|徹 tooru|透 tooru|亨 tooru|守 mamoru|護 mamoru|昇 noboru|登 noboru|望 nozomi nozomu|希 nozomi|歩 ayumi ayumu|恵 megumi|愛 ai megumi|恵美 emi megumi|絵美 emi|絵里 eri|恵理 eri|英里 eri|由美 yumi|裕美 yumi hiromi|弓 yumi|由美子 yumiko|裕美子 yumiko|久美子 kumiko
久美 kumi|真由美 mayumi|麻由美 mayumi|真理子 mariko|麻里子 mariko|真理 mari|麻里 mari|万里 mari|理恵 rie|里恵 rie|理沙 risa|里沙 risa|梨沙 risa|由紀 yuki|由紀子 yukiko|雪子 yukiko|幸子 sachiko yukiko|雪 yuki|有紀 yuki|由香 yuka|由佳 yuka|優花 yuuka|百合 yuri|百合子 yuriko|由里子 yuriko
陽子 youko|洋子 youko|容子 youko|葉子 youko|京子 kyouko|恭子 kyouko|響子 kyouko|今日子 kyouko|順子 junko|純子 junko|淳子 junko atsuko|潤子 junko|直子 naoko|尚子 naoko hisako|奈緒子 naoko|智子 tomoko|知子 tomoko|朋子 tomoko|友子 tomoko|和子 kazuko|幸恵 yukie sachie|明子 akiko|昭子 akiko|秋子 akiko
晶子 akiko|亜希子 akiko|節子 setsuko|文子 fumiko|史子 fumiko|典子 noriko|紀子 noriko|則子 noriko|法子 noriko|久子 hisako|寿子 hisako toshiko|敏子 toshiko|俊子 toshiko|良子 yoshiko ryouko|芳子 yoshiko|美子 yoshiko|佳子 yoshiko keiko|好子 yoshiko|義子 yoshiko|涼子 ryouko|亮子 ryouko|千秋 chiaki
千晶 chiaki|千恵 chie|智恵 chie|知恵 chie|千恵子 chieko|千鶴 chizuru|千鶴子 chizuko|千春 chiharu|千夏 chinatsu|千尋 chihiro|春子 haruko|晴子 haruko|春香 haruka|遥 haruka|遥香 haruka|悠 haruka yuu|夏子 natsuko|奈津子 natsuko|夏美 natsumi|菜摘 natsumi|七海 nanami|奈々 nana|菜々子 nanako|奈美 nami|美奈 mina
美奈子 minako|美穂 miho|美保 miho|美帆 miho|美香 mika|美佳 mika|美紀 miki|美樹 miki|美幸 miyuki|美雪 miyuki|深雪 miyuki|美代子 miyoko|美智子 michiko|道子 michiko|路子 michiko|美和 miwa|美和子 miwako|美沙 misa|美桜 mio|美緒 mio|澪 mio|結衣 yui|唯 yui|結菜 yuna yuina|優奈 yuuna|陽菜 hina haruna|葵 aoi
凛 rin|凜 rin|楓 kaede|桜 sakura|さくら sakura|彩 aya|綾 aya|彩香 ayaka|綾香 ayaka|彩花 ayaka|綾子 ayako|彩子 ayako|文香 fumika ayaka|沙織 saori|詩織 shiori|栞 shiori|早紀 saki|咲 saki|沙紀 saki|紗希 saki|早苗 sanae|静香 shizuka|静 shizuka|静子 shizuko|志保 shiho|真紀 maki|麻紀 maki|真希 maki
真由 mayu|麻衣 mai|舞 mai|真央 mao|麻央 mao|瞳 hitomi|仁美 hitomi|ひとみ hitomi|博美 hiromi|裕子 yuuko hiroko|優子 yuuko|祐子 yuuko|有子 yuuko|夕子 yuuko|弘子 hiroko|博子 hiroko|浩子 hiroko|広子 hiroko|寛子 hiroko|正子 masako|雅子 masako|昌子 masako|政子 masako|孝子 takako|貴子 takako|隆子 takako
民子 tamiko|玲子 reiko|礼子 reiko|麗子 reiko|怜子 reiko|礼奈 rena|玲奈 rena reina|里奈 rina|理奈 rina|莉奈 rina|梨花 rika|里香 rika|理香 rika|利香 rika|律子 ritsuko|蘭 ran|瑠美 rumi|留美 rumi|留美子 rumiko|英子 eiko hideko|栄子 eiko|秀子 hideko|澄子 sumiko|鈴子 suzuko|勝子 katsuko|桂子 keiko|啓子 keiko|敬子 keiko|慶子 keiko|景子 keiko
圭子 keiko|圭介 keisuke|啓介 keisuke|恵介 keisuke|慶介 keisuke|亮介 ryousuke|良介 ryousuke|涼介 ryousuke|俊介 shunsuke|駿介 shunsuke|駿 shun|俊 shun|隼人 hayato|勇人 hayato yuuto|雄介 yuusuke|祐介 yuusuke|裕介 yuusuke|勇介 yuusuke|洋介 yousuke|陽介 yousuke|浩介 kousuke|康介 kousuke|孝介 kousuke|幸介 kousuke|大介 daisuke
京介 kyousuke|恭介 kyousuke|翔平 shouhei|昌平 shouhei|正平 shouhei|修平 shuuhei|周平 shuuhei|恭平 kyouhei|京平 kyouhei|航平 kouhei|公平 kouhei|耕平 kouhei|純平 junpei|淳平 junpei|哲平 teppei|一平 ippei|龍平 ryuuhei|龍之介 ryuunosuke|仁 hitoshi jin|等 hitoshi|均 hitoshi|歩美 ayumi|亜美 ami|亜由美 ayumi|有香 yuka|泉 izumi
"""
