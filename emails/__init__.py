"""Letters to guests and teams: data in, message out. A leaf: it knows neither database nor web server.

letters (a dataclass per mail) -> render (subject, text, html) -> message (headers and parts) -> dkim -> sender.
"""
