"""The words of mail servers: which class a refusal is of, and whether a text reports one at all.

The class comes from the enhanced status (RFC 3463 and its registry), else from the reply code (RFC 5321). Words are
read only where neither says anything: no status, x.0.0, or one that the reporting server made up itself for an answer
that had none.
"""

import re
from typing import Literal

Kind = Literal["hard", "soft", "full", "policy"]
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
REPLY = re.compile(r"(?<![\d.:/@-])([45][0-57]\d)(?=[ -](?:\D|\d\.)|[#,;:)<]|$)", re.MULTILINE)
TRANSIENT = "try(?:ing)? (?:again|later)"  # shared by two lists below


def _any_of(*lines: str) -> re.Pattern[str]:
    return re.compile("|".join(lines), re.IGNORECASE)


FULL = _any_of(
    r"\bquota\b|quota_?exceeded|over ?quota|mail(?:box|folder|drop)? (?:is |was |size |storage |for user )*(?:full|exceed)",
    r"full mailbox|inbox (?:is )?full|(?:account|user) (?:is )?(?:full|over)\b|storage (?:limit|allocation|space)",
    r"insufficient.{0,20}(?:storage|space)|(?:not|no) (?:have )?enough (?:storage|disk|space)|out of (?:storage|space)",
    r"(?:exceed\w*|over) (?:its |the |their |his |maximum |allowed |allotted |mail ?box |storage |disk |message )*"
    r"(?:quota|storage|space|mailbox (?:size|limit)|size limit of the mailbox|maximum mailbox)",
    r"too (?:much mail|many messages (?:in|on)|full)|disk (?:is )?full|mailbox (?:size|limit|size limit) (?:limit|exceeded)|mailbox limit|mailfolder is full|can'?t create output",
    r"(?:recipient|user|mailbox).{0,30}(?:has exceeded|exceeds|too full)|size limit.{0,20}mailbox|no space left",
    r"postfach.{0,30}(?:voll|überfüllt)|speicher\w* .{0,20}(?:voll|überschritten)|überfüllt|kontingent",
    r"bo[iî]te.{0,40}(?:pleine|satur)|espace.{0,20}insuffisant|bandeja.{0,20}llena|buz[oó]n.{0,20}llen|\bcuota\b",
    r"caixa.{0,30}cheia|\bcota\b|casella.{0,20}piena|skrzynka.{0,30}(?:pełna|przepełniona)|postvak.{0,20}vol",
    r"переполнен|превыш\w+ .{0,20}(?:квот|размер\w* ящик|объ[её]м)|квот|schránka.{0,20}plná|kutusu .{0,10}dolu|\bkota\b",
    r"толып|용량.{0,10}(?:초과|부족)|메일함.{0,15}(?:가득|초과|부족)|사서함.{0,15}(?:가득|초과)|저장.{0,10}초과",
    r"容量.{0,20}(?:超|不足|いっぱい)|邮箱.{0,8}满|信箱.{0,8}滿|已满|已滿|空间不足|空間不足|超出.{0,8}(?:配额|容量)",
    r"メールボックス.{0,20}(?:一杯|いっぱい|超|満)",
)
TOO_LARGE = _any_of(
    r"(?:message|mail|size|file|data|attachment|header|body).{0,30}(?:too (?:large|big)|exceeds? (?:the |a )?(?:fixed |maximum |size |limit))",
    r"too (?:large|big)\b|message size|maximum (?:message|allowed) size|larger than|size limit|zu gro(?:ß|ss)|слишком большо",
)
POLICY = _any_of(
    r"spam|\bu[cb]e\b|\bbulk\b|unsolicited|black ?-?list|block ?-?list|deny ?list|\bd?rbls?\b|dnsbl|spamhaus|spamcop|sorbs",
    r"reputation|dmarc|\bspf\b|\bdkim\b|sender ?id|unauthenticated|not authori[sz]ed|unauthori[sz]ed|authenticat",
    r"virus|malware|infected|phish|worm\b|banned|forbidden|prohibited|relay(?:ing)?\b.{0,30}(?:denied|not |prohibit|disallow|forbid)",
    r"(?:not |cannot |unable to |no )relay|we do(?:n'?t| not) relay|sender (?:address )?(?:rejected|denied|verif|refused|blocked)",
    r"sender (?:domain|is not|not )|(?:reverse|ptr|rdns)\b.{0,25}|helo|ehlo|client host .{0,60}(?:reject|block|denied)",
    r"(?<!not )listed (?:in|at|on|by)|\[?(?:sc|dy|rly|hvu|rtr|ts|cs|oj)[-:]?[\dtub]\w*\]?(?=[ :]).{0,80}(?:https?:|block|polic|spam)",
    r"\bpolic(?:y|ies)\b|(?:user|recipient).{0,20}(?:does not|doesn't|refuses to) (?:want|accept) (?:mail|message)s? from",
    r"\bblocked\b|\bblocking\b|access denied|denied by|not permitted|too many (?:connections|recipients|errors|invalid)",
    r"(?:accepts?|accepting) (?:no )?connections|dynamic(?:ally)?[- ](?:assigned|ip|allocat)|rate limit|throttl|unusual rate|challenge|suspicious|abuse|complaint|verification of|confidential|classified",
    r"спам|чёрн\w+ спис|черн\w+ спис|вирус|заблокирован\w* .{0,20}(?:отправ|письм|ip)|отклонен\w* .{0,20}(?:политик|фильтр)",
    r"스팸|차단|수신.?거부|迷惑メール|スパム|受信拒否|垃圾|拒收|黑名单|黑名單|病毒",
)
REFUSED = _any_of(
    r"(?:content|message|mail|attachment|extension|dangerous).{0,30}(?:rejected|filter|not accept|not allowed|refused|restrict|block)",
    r"restrict|rejected by|permission|not accepted|(?<!connection )refused(?! connection)",
)
GONE = _any_of(
    r"(?:unknown|no such|invalid|not a valid|bad|illegal|incorrect|wrong|non-?existent|undefined|unrecognized|unknown or illegal)"
    r" ?-?(?:[\w-]+ ){0,2}(?:users?|recipients?|address(?:ee)?|mail ?box(?:es)?|person|people|local|alias|account|customer|destination|e-?mail|name|subscriber|member)\b",
    r"(?:user|recipient|mailbox|account|addressee|receiver|destination|local[- ]part|alias|host|domain|address|customer|subscriber|member|name)"
    r"(?: name| address|\(s\)|s)?.{0,60}?(?:\bunknown|not (?:be )?(?:found|known|exist|valid|listed|recogni[sz]ed|here|active|registered|local|our|available|a valid|in )|"
    r"(?:does|do|did|can)(?:n'?t| ?not) (?:exist|found|have|match)|invalid|no longer|undefined|never|doesnt exist|disabled|inactive|suspended|"
    r"deactivated|expired|closed|terminated|discontinued|removed|deleted|cancell?ed|locked|unrout)",
    r"(?:wasn'?t|was not|weren'?t|couldn'?t be|could not be|cannot be|can'?t be) found|user_?unknown|unknown_?user|\bnosuchuser\b|no (?:such|mailbox|account|valid|matching|user|recipient|mx|route|one)\b|not our customer|"
    r"unroute?able|unrouteable|bad destination|cannot be resolved|address (?:rejected|error|is invalid)|addressee|mailbox (?:unavailable|is closed)",
    r"(?:does|do) ?n['o]t (?:exist|have an?\b|live here)|not (?:exist|found|listed in)|is inactive|is (?:not|no longer) (?:a|an|active|available|valid|here|with|in use|used|at)\b",
    r"(?:unknown|non-?existent|invalid|bad|illegal) (?:host|domain|mail ?domain|system|node|site)|host ?name lookup|(?:host|domain|name).{0,40}(?:not (?:be )?found|lookup fail|not known|no mx|unreachable name)",
    r"couldn'?t find (?:any|a) (?:host|mail)|nxdomain|no longer (?:available|valid|here|in use|accept|work|on|with|employed)|has (?:moved|left|retired)|left the company|"
    r"account (?:has been |is |was )?(?:disabled|suspended|closed|inactive|locked|terminated|cancell?ed|deleted)|mailbox (?:has been |is |was )?(?:disabled|inactive|deactivated|closed)",
    r"not listed|no-?such-?user|recipientnotfound|not_?found|unresolvable|unknown-address|550 user|recipnotfound",
    r"unbekannt|existiert nicht|nicht (?:existent|gefunden|bekannt|vorhanden)|kein(?:e|en)? (?:solche|benutzer|postfach)|deaktiviert|gesperrt",
    r"n'existe pas|inconnue?|introuvable|no existe|desconocid[oa]|n[aã]o existe|inexistente|desativad[ao]|non esiste|sconosciut[oa]",
    r"nie istnieje|nieznany|nie znaleziono|bestaat niet|onbekend|finns inte|okänd|ukendt|ukjent|findes ikke|neexistuje|bulunamad|mevcut değil|geçersiz",
    r"не (?:существует|найден|зарегистрирован|обнаружен)|нет такого|неизвестн|несуществующ|неверн\w+ адрес|ящик\w* .{0,25}(?:заблокирован|удал[её]н|отключ[её]н)|жоқ|табылмады",
    r"존재하지|없는 (?:사용자|계정|주소|메일)|찾을 수 없|휴면|탈퇴|알 수 없는|宛先不明|存在しま?せ|存在しない|見つかりません|ユーザー?不明|不存在|不明なユーザ|无此用户|查无此人|無此|未知用户|已(?:停用|注销|被禁用)|冻结",
)
PASSING = _any_of(
    r"time[d]?[- ]?out|timeout|connection (?:refused|reset|closed|lost|timed|dropped|failed)|refused connection|temporar|transient|grey ?-?list|gray ?-?list",
    TRANSIENT, r"deferred|too busy|\bbusy\b|(?:not|un)reachable|no route to host|retry|will be retried|could not connect|unable to connect|couldn'?t (?:connect|establish)",
    r"(?:for|in|over|within|after) (?:more than )?\d+ (?:hours|days|minutes)|expired|too long|hop count|too many hops|\bloop|delayed|all (?:relevant )?(?:mx|hosts)|no answer",
    r"not responding|does not respond|did not (?:respond|accept)|local (?:configuration )?error|out of memory|system (?:error|failure|problem|resources)|service (?:not available|unavailable)|server (?:error|down)",
    r"vorübergehend|temporaire|temporal|zeitüberschreitung|временн|истек|일시적|시간.{0,4}초과|一時的|タイムアウト|暂时|超时",
)  # fmt: skip
# says what became of a mail, whoever it is from
OF_A_MAIL = re.compile(
    r"(?:message|mail|nachricht|correo|mensagem|messaggio|письм|хат|메일|メール|邮件)[\s\S]{0,120}?(?:undeliver|(?:not|n't) (?:yet )?(?:be |been )?deliver|"
    r"blocked by|returned to|unzustellbar|nicht zugestellt|не доставлен|退回)",
    re.IGNORECASE,
)
REFUSED_FOR_NOW = re.compile(r"gr[ea]y ?-?list|early talker|please " + TRANSIENT, re.IGNORECASE)
FAILED = _any_of(
    r"(?:could|can|would|was|were|did|has|have|is|are)(?:n'?t| ?not)(?: yet)?(?: be| been| get| reach\w*| deliver\w*| receive\w*| able)",
    r"undeliver|un-?deliverable|not[- ]deliver|non-?deliver|not (?:been |be )?(?:received|sent|reach)|unable to|deliver\w* .{0,30}(?:fail|error|problem|delay|abort|suspend|refus|impossible|unsuccess)",
    r"(?:fail\w*|error|problem|unsuccess\w*) .{0,40}(?:deliver|recipient|address|send|mail|message)|fatal error|permanent|bounced|rejected|refused|returned|was not|not accepted|failed",
    r"unzustellbar|nicht (?:zugestellt|zustell|ausgeliefert)|zustell\w+ .{0,30}(?:fehl|nicht)|non remis|échec|n'a pas (?:pu|été)|impossible de|no (?:se )?(?:pudo|ha podido|entreg)|no entregado|fallo|"
    r"n[aã]o (?:foi|p[oô]de|entreg)|falha|non (?:è stato|recapit|consegn)|impossibile|mancato recapito|niedostarczon|nie (?:można|została|udało|dostarcz)|niet (?:bezorg|worden)|onbestelbaar|kunde inte|kunne ikke|teslim edilem|nedoruč",
    r"не (?:может|могло|удалось|было|доставлен)|недостав|невозможно|ошибк|возвращ|жеткіз|배달|전송.{0,6}(?:실패|못)|반송|실패|退信|退回|无法|無法|失败|失敗|投递|配信|届け|送信でき|エラー|送達",
)
SUBJECT = _any_of(
    r"undeliver|un-?deliverable|deliver(?:y|ed)? (?:status|fail|has|notif|report|delay|error|problem|unsuccess|incident|incomplete|abort)|failure notice|returned (?:mail|e-?mail|message|to sender)|return(?:ing)? (?:message|to sender)",
    r"mail deliver|could ?n[o'] ?t be|non-?deliver|delayed (?:mail|message)|not deliver|deliver\w* .{0,20}fail|fail\w* .{0,20}(?:deliver|mail|message)|mail(?:er)? (?:error|failure|system)|message (?:status|could|not|delay|you sent)|"
    r"warning: |could not send|bounce|rejected|returned:|nondeliverable|error (?:in|with|sending)|user unknown|unknown (?:user|address|recipient)|mailbox full|quota|problem (?:with|deliver)|status notification|transport error|smtp|rejet|can(?:'t|not) (?:send|deliver)",
    r"unzustellbar|nicht (?:zustellbar|zugestellt)|zustell|non remis|échec|non[- ]distrib|no entregad|no se puede|devuelto|fallo|não entreg|falha|devolvid|mancat|non recapit|niedostarcz|zwrot|onbestelbaar|kunde inte|kan ikke|недостав|доставк|возврат|ошибк|не доставл|жеткіз",
    r"배달|전송 ?실패|반송|退信|退回|投递|寄送|配信|未送|送信エラー|エラーメール|届きません|送達",
)
AUTOMATIC = _any_of(
    r"^(?:re: )?(?:\[?auto(?:matic|mated|mat|-?)?[ -]?(?:\(?re(?:ply|sponse|sponder)|reply|response|respond|acknowledg|answer)|auto: |auto-?re|out[- ]of[- ](?:the[- ])?office|out of|oof|o\.?o\.?o\b|vacation|away from|on (?:holiday|vacation|leave)|i(?:'m| am) (?:away|on|out)|holiday|absent|absence)",
    r"automatische antwort|abwesen|autoantwort|réponse automatique|absence du bureau|respuesta autom|fuera de (?:la )?oficina|resposta autom|fora do escrit|risposta automatica|fuori sede|automatyczna odpowied|afwezig|automatisk|frånvaro|автоответ|автоматическ|отпуск|вне офиса|автожауап|자동.?(?:응답|회신)|부재|自動(?:応答|返信|回覆|返答)|不在|自动(?:回复|答复)|otomatik",
)
CHALLENGE = _any_of(
    r"confirm (?:your|this|that) (?:message|e-?mail|address|you|subscription|request|unsubscri)|please confirm|confirmation (?:required|request|of your)|verify (?:your|that you|this)|verification required|your (?:message|e-?mail) (?:to .{1,80} )?(?:requires|is being held|is awaiting|awaits|has been held|is held|was held)|spam ?arrest|boxbe|tmda|challenge|click (?:on )?(?:the|this) link .{0,60}(?:deliver|confirm|verify|approve)|moderator approval|subscri(?:be|ption)|unsubscri",
)
# No longer than addresses are (RFC 5321 4.5.3.1): a search through a long run of letters stays linear.
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'@=|：，。；、（）【】「」《》]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
AT_LINE = re.compile(
    rf"^[ \t>*\-•]*(?:[\"'][^\"'\n]{{0,80}}[\"'][ \t]+)?[<\"'(\[]*(?:mailto:|rfc822;[ \t]*|smtp:|to: ?)?({ADDRESS.pattern})(?=[>\"')\]]*[ \t]*(?:$|[:;,.(<\[]|\.\.\.|on \d|- |--|\d{{3}}\b))",
    re.MULTILINE | re.IGNORECASE,
)
AFTER_A_WORD = re.compile(
    r"(?:rcpt to:?|recipients?(?: address)?(?:\(s\))?:?|address(?:es)?(?:\(es\))?:?|(?:un)?deliver(?:able|y|ed)? (?:failed )?to:?|failed to:?|sent to:?|"
    r"user(?: unknown)?:?|unknown user:?|mailbox(?: of)?:?|account:?|for:?|to:|empfänger:?|destinatari[oa]s?:?|destinataires?:?|получател\w+:?|수신자:?|宛先:?|收件人:?)"
    rf"[ \t]*(?:\n[ \t]*){{0,2}}[<\"'(\[]*(?:mailto:|rfc822;|smtp:)?({ADDRESS.pattern})",
    re.IGNORECASE,
)
COPY_BEGINS = re.compile(
    r"^[ \t>]*(?:[-=*_|]{2,200}.{0,40}(?:copy of (?:the|your) (?:message|mail)|original (?:message|mail)|below this line|message header|header of the|returned (?:message|mail)|"
    r"undelivered message|unsent message|message (?:text )?follows|included (?:is|message)|forwarded message|message contents|start of (?:the )?(?:returned|message)|"
    r"ursprüngliche nachricht|message d'origine|mensaje original|mensagem original|исходн|원본|原始|オリジナル).*|"
    r"(?:the )?(?:original|returned|undelivered|your) (?:message|mail)(?: text| headers?| content)?(?: is| was)?(?: as)? (?:follows|below|included|attached).*|"
    r"(?:original )?(?:message )?headers?(?: follow\w*)?:[ \t]*$|here is a copy.*)$|^(?:received|return-path|message-id|mime-version): .*$",
    re.MULTILINE | re.IGNORECASE,
)
TO_IN_COPY = re.compile(
    rf"^[ \t>|]*(?:to|resent-to|delivered-to|x-original-to|envelope-to|apparently-to):[^\n]*?({ADDRESS.pattern})",
    re.I | re.M,
)
SENDERS = re.compile(
    r"^(?:\"?mailer[-_ ]?daemon|post[-_]?(?:master|office)|mail-?daemon|mdaemon|microsoftexchange[^@]*|mail(?:er)?-?(?:deliver\w*|system|admin\w*|robot|notif\w*)|"
    r"bounces?\b[^@]*|double-bounce|daemon|smtpd?|mta|listserv|root|sysadm\w*|uucp|mailadm\w*|(?:mail|message)?-?(?:error|failure|delivery)s?(?:-\w+)?|no-?reply-?(?:bounce|mail\w*)|"
    r"symantec\w*|mailmarshal|nobody|amavis\w*|maildelivery\w*|interscan\w*)(?:[@+]|$)",
    re.IGNORECASE,
)
NAMES = re.compile(
    r"mail(?:er)?[- _]?(?:deliver|daemon|system|admin|router|transport|notif)|postmaster|system administrator|delivery (?:sub)?system|mail server|"
    r"internet mail|message (?:router|delivery)|smtp|symantec|content filter|gateway|exchange|bounce|daemon|mailer|deliver|почтов|メール",
    re.IGNORECASE,
)
WORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("full", FULL), ("policy", TOO_LARGE), ("policy", POLICY), ("hard", GONE), ("policy", REFUSED), ("soft", PASSING),
)  # fmt: skip
HARD_AT = {(1, detail) for detail in (0, 1, 2, 3, 4, 6, 9, 10)} | {
    (2, 0), (2, 1), (4, 4), (4, 310), (6, 7), (7, 13), (7, 17), (7, 18),
}  # fmt: skip
POLICY_AT = {(1, 7), (1, 8), (2, 3), (3, 4)}  # our own address; too large for the mailbox, for the system
FULL_AT = {(2, 2), (3, 1)}
POLICY_SUBJECTS = (5, 6, 7)  # protocol, content, security
# A server called spamfilter.example says nothing about spam; a list of them does.
NAME_OF_HOST = re.compile(
    r"(?![^\s<>]*(?:spamhaus|spamcop|dnsbl|rbl\.|sorbs))[\w%+=-]+(?:[.@][\w-]+)*\.[A-Za-z][\w-]+",
    re.IGNORECASE,
)
LONGEST = 2000  # characters of an answer that are looked at
# What servers write for an answer that had no enhanced status: no more than the reply code says.
MADE_UP = {(0, 0), (1, 0), (1, 1), (1, 2), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (7, 1)}


def status_of(field: str, said: str) -> str:
    """The server's own, where it gave one that says something; else that of the field."""
    of_field, of_answer = STATUS.search(field), STATUS.search(said)
    if of_answer and (of_field is None or (of_answer[2], of_answer[3]) != ("0", "0")) and of_answer[1] != "2":
        return of_answer[0]
    return of_field[0] if of_field else ""


def kind_of(status: str, said: str) -> Kind:
    """By the enhanced status if it says something, else by the words of the answer, else by its reply code."""
    found, code = STATUS.match(status), REPLY.search(said)
    if found and (found[2], found[3]) != ("0", "0"):
        at = (int(found[2]), int(found[3]))
        made_up = at in MADE_UP and code is not None and not STATUS.search(said)
        if not made_up:
            return _by_status(int(found[1]), *at, code[1] if code else "", said)
        return _by_words(said) or _by_status(int(found[1]), *at, code[1] if code else "", said)
    return _by_words(said) or _by_code(code[1] if code else "", found[1] if found else "")


def _by_words(said: str) -> Kind | None:
    """The first list that fits; for an answer that is only for now (4xx) nothing is hard."""
    code = REPLY.search(said)
    for_now = code is not None and code[1][0] == "4"
    bare = NAME_OF_HOST.sub(" ", said[:LONGEST])
    for kind, words in WORDS:
        if words.search(bare):
            if kind in ("hard", "policy") and (for_now and (kind == "hard" or REFUSED_FOR_NOW.search(said))):
                return "soft"
            return kind
    return None


def _by_status(kind: int, subject: int, detail: int, code: str, said: str) -> Kind:
    at = (subject, detail)
    if at in FULL_AT:
        return "full"
    if detail == 0 and subject != 7 and (words := _by_words(said)):  # other or undefined, within the subject
        return "soft" if kind == 4 and words == "hard" else words
    if kind == 4:
        return "policy" if subject == 7 and not REFUSED_FOR_NOW.search(said) else "soft"
    if at in HARD_AT or (at == (5, 0) and code in ("550", "551", "553")) or _means_nobody(at, said):
        return "hard"
    return "policy" if subject in POLICY_SUBJECTS or at in POLICY_AT else "soft"


def _means_nobody(at: tuple[int, int], said: str) -> bool:
    """Codes for something else by which some say that there is nobody: Exchange Online's 5.4.1 (else "no answer from
    host"), Yandex's 5.7.1."""
    if at == (4, 1):
        return "recipient address rejected" in said.lower()
    return at == (7, 1) and _by_words(said) == "hard"


def _by_code(code: str, status_class: str) -> Kind:
    if not code:
        return "hard" if status_class == "5" else "soft"
    if code in ("552", "452", "422"):
        return "full"
    if code[0] == "4":
        return "soft"
    return "hard" if code in ("550", "551", "553", "510", "511", "521", "556") else "policy"


SUCCEEDED = re.compile(
    r"successfully (?:delivered|relayed|sent)|\((?:success|relay(?:ed)?|successful)\)|delivery (?:was )?successful",
    re.I,
)
FOR_EVER = re.compile(r"permanent|fatal error|give up|giving up|given up", re.IGNORECASE)


def reports_failure(subject: str, text: str) -> bool:
    """Whether it says that something was not delivered."""
    if SUCCEEDED.search(subject) or SUCCEEDED.search(text[:1000]):
        return False
    return bool(
        SUBJECT.search(subject)
        or STATUS.search(text)
        or FAILED.search(text)
        or FULL.search(text)
        or GONE.search(subject)
    )
