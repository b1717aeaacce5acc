"""Texts and names that try to be more than words, made by rule: what they attack, and where they stand."""

from collections.abc import Iterator

TEMPLATES = (
    "{{7*191}}",
    "{% for x in range(10**9) %}x{% endfor %}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ cycler.__init__.__globals__ }}",
    "{# a note #}",
    "{{ letter.to.address }}",
    "{%- raw -%}",
    "{{ self._TemplateReference__context }}",
    "{0}",
    "{name.__class__}",
    "{name!r:>9999}",
    "{name[0]}",
    "{:>99999999}",
    "{master_key}",
    "{values}",
    "{letter.to.address}",
    "%(name)s",
    "%s%n%99999999d",
    "100 %",
    "${name}",
    "$name",
    "#{name}",
    "<%= name %>",
    "{{name",
    "name}}",
    "}{",
    "{position|{honorific}",
)
NESTED = (
    "{" * 400 + "name" + "}" * 400,
    "(" * 900 + ")" * 900,
    "{position|" * 90,
    "[" * 500 + "%s" + "]" * 500,
)
REPEATED = (
    "ha" * 2_400,
    "\n" * 1_200 + "end",
    "{unknown}" * 90,
    "https://a.example/x " * 200,
    "한" * 4_000,
    "a\u0301" * 2_000,
)
CONTROL = (
    "\x00\x01\x02",
    "\x1b[31mred\x1b[0m",
    "\x7f\x85",
    "a\u2028b\u2029c",
    "\r",
    "\x0b\x0c",
    "\u202egnp.exe",
    "\u2066\u2067inside\u2069",
    "\u200f\u200e",
    "\ufeffbom",
    "\ue000mark\ue001",
    "a\u200db\u200c",
)
HEADERS = (
    "\r\nBcc: victim@x.example",
    "x\nX-Other: 1\n\nbody",
    "Subject: other",
    "\n.\n",
    "\r\n.\r\nMAIL FROM:<a@b.example>",
    "--=_0123\r\nContent-Type: text/html",
    "=?utf-8?q?=0ABcc=3A_v=40x.example?=",
    "=?utf-8?b?QmNj?=",
    "a@b.example, c@d.example",
    '"quoted" <a@b.example>',
    "name\\",
    "From nobody",
    "begin 644 x",
    ";boundary=x",
)
MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></table><form action=//e.example>",
    "<!--",
    "]]>",
    '<a href="javascript:alert(1)">x</a>',
    "<style>*{display:none}</style>",
    "&lt;script&gt;",
    '" onmouseover="x',
    "'><svg/onload=x>",
    "<meta http-equiv=refresh content=0>",
    "<base href=//e.example>",
)
LINKS = (
    "javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "https://user:pw@e.example/",
    "https://[::1]/",
    "http://127.0.0.1/",
    "mailto:a@b.example?bcc=c@d.example",
    'https://e.example/"onclick=x',
    "https://e.example/<b>",
    "//e.example/x",
    "https://e.example/{name}",
    "https://e.example/%0d%0aBcc:x",
)
ATTACKS = (*TEMPLATES, *NESTED, *REPEATED, *CONTROL, *HEADERS, *MARKUP, *LINKS)


def texts() -> Iterator[tuple[str, str, str]]:
    """Subject, text and plain text: each attack in each of the three."""
    for attack in ATTACKS:
        yield attack[:150], "Hello.", ""
        yield "News", f"Hello {{honorific|friend}},\n\n{attack}\n\nSee you.", ""
        yield "News", "Hello.", f"{attack} and {attack[:40]}"


def names() -> Iterator[str]:
    """Each attack as a name, and inside one."""
    for attack in ATTACKS:
        yield attack[:200]
        yield f"Әсел {attack[:150]} Kim"
        yield f"{attack[:60]} {attack[:60]}"
