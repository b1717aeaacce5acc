"""Reports of failed delivery in the standard's form (RFC 3464, RFC 6533), as their makers are described to write it.

Every address and host is made up; wordings are those the makers publish. One line of `made` is one mail.
"""

from typing import NamedTuple

AIGERIM = "aigerim@steppe.example"
MINJI = "minji@hanriver.example"


class Report(NamedTuple):
    """What a mail is, who made it, and what is to be read from it: (class, address), the failed first."""

    maker: str
    expected: list[tuple[str, str]]
    mail: bytes


def made(
    maker: str, kind: str, recipient: str, text: str = "", *, sender: str = "MAILER-DAEMON@mx.example",
    subject: str = "Undelivered Mail Returned to Sender", address: str = AIGERIM, head: str = "", copy: str = "",
    part: str = "message/delivery-status", more: list[tuple[str, str]] | None = None,
) -> Report:  # fmt: skip
    """`recipient` are the fields about the recipient, one a line; several recipients parted by an empty line."""
    mail = f"""Return-Path: <>
From: {sender}
To: events@qonaq.example
Subject: {subject}
{head}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b_1"

--b_1
Content-Type: text/plain; charset=utf-8

{text or "Your message could not be delivered."}

--b_1
Content-Type: {part}

Reporting-MTA: dns; mx.example
Arrival-Date: Tue, 24 Nov 2026 09:00:00 +0500

{recipient.strip()}

--b_1
{copy or _COPY.format(address=address)}
--b_1--
"""
    expected = [(kind, address), *(more or [])] if kind != "none" else []
    return Report(maker, expected, mail.encode())


_COPY = """Content-Type: text/rfc822-headers

From: Forum <events@qonaq.example>
To: {address}
Subject: Invitation
Message-ID: <1@qonaq.example>
"""


def fields(
    status: str, said: str = "", *, action: str = "failed", address: str = AIGERIM, more: str = ""
) -> str:
    """The usual fields."""
    diagnostic = f"\nDiagnostic-Code: {said}" if said else ""
    return f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}{diagnostic}\n{more}"


STANDARD = [
    made("Postfix", "hard", fields("5.1.1", "smtp; 550 5.1.1 <aigerim@steppe.example>: Recipient address rejected: User\n    unknown in virtual mailbox table", more="Original-Recipient: rfc822;aigerim@steppe.example"),
         "This is the mail system at host mx.example.\n\n<aigerim@steppe.example>: host mx.steppe.example[192.0.2.5] said: 550 5.1.1\n    <aigerim@steppe.example>: Recipient address rejected: User unknown in virtual\n    mailbox table (in reply to RCPT TO command)"),
    made("Postfix, no such domain", "hard", fields("5.4.4", "X-Postfix; Host or domain name not found. Name service error for\n    name=steppe.example type=AAAA: Host not found")),
    made("Postfix, waiting", "soft", fields("4.4.1", "X-Postfix; connect to mx.steppe.example[192.0.2.5]:25: Connection timed\n    out", action="delayed", more="Will-Retry-Until: Sun, 29 Nov 2026 09:00:00 +0500"), subject="Delayed Mail (still being retried)"),
    made("Postfix, given up after days", "soft", fields("4.4.1", "X-Postfix; connect to mx.steppe.example[192.0.2.5]:25: Connection refused")),
    made("Postfix, quota of its own", "full", fields("5.2.2", "X-Postfix; maildir delivery failed: The user you are trying to\n    reach is over quota.")),
    made("Postfix, loop", "soft", fields("5.4.6", "X-Postfix; mail for steppe.example loops back to myself")),
    made("Postfix, sent to a list that was expanded", "hard", "Final-Recipient: rfc822; list@steppe.example\nAction: expanded\nStatus: 2.0.0\n\n" + fields("5.1.1", "smtp; 550 5.1.1 unknown")),
    made("Sendmail", "hard", fields("5.1.1", "SMTP; 550 5.1.1 <aigerim@steppe.example>... User unknown", more="Remote-MTA: DNS; mx.steppe.example"),
         "The original message was received at Tue, 24 Nov 2026 09:00:00 +0500\nfrom localhost [127.0.0.1]\n\n   ----- The following addresses had permanent fatal errors -----\n<aigerim@steppe.example>\n    (reason: 550 5.1.1 <aigerim@steppe.example>... User unknown)", subject="Returned mail: see transcript for details", sender="Mail Delivery Subsystem <MAILER-DAEMON@mx.example>"),
    made("Sendmail, a code it made up", "policy", fields("5.1.1", "SMTP; 550 Message was rejected as spam by our content filter")),
    made("Sendmail, its own 5.3.0", "hard", fields("5.3.0", "SMTP; 553 5.3.0 <aigerim@steppe.example>... No such user here")),
    made("Sendmail, host unknown", "hard", fields("5.1.2", "", more="Remote-MTA: DNS; steppe.example"), "   ----- The following addresses had permanent fatal errors -----\n<aigerim@steppe.example>\n    (reason: 550 Host unknown)"),
    made("Sendmail, a warning", "soft", fields("4.4.2", "", action="delayed"), "    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    **********************************************", subject="Warning: could not send message for past 4 hours"),
    made("Exim 4.95", "hard", "Action: failed\nFinal-Recipient: rfc822;aigerim@steppe.example\nStatus: 5.0.0\nRemote-MTA: dns; mx.steppe.example\nDiagnostic-Code: smtp; 550 No Such User Here", subject="Mail delivery failed: returning message to sender", head="X-Failed-Recipients: aigerim@steppe.example\nAuto-Submitted: auto-replied\n"),
    made("Exim, full", "full", "Action: failed\nFinal-Recipient: rfc822;aigerim@steppe.example\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox quota exceeded for this recipient", head="X-Failed-Recipients: aigerim@steppe.example\nAuto-Submitted: auto-replied\n"),
    made("Exim, its retry time over", "soft", "Action: failed\nFinal-Recipient: rfc822;aigerim@steppe.example\nStatus: 5.0.0", "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients.\n\n  aigerim@steppe.example\n    host mx.steppe.example [192.0.2.5]: retry timeout exceeded"),
    made("Exchange Online", "hard", fields("5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient aigerim@steppe.example not found by SMTP address lookup"), subject="Undeliverable: Invitation", sender="<postmaster@qonaq.example>", head="X-MS-Exchange-Message-Is-Ndr:\n"),
    made("Exchange Online, access denied", "hard", fields("5.4.1", "smtp;550 5.4.1 Recipient address rejected: Access denied. AS(201806281)"), subject="Undeliverable: Invitation"),
    made("Exchange Online, no such domain", "hard", fields("5.4.310", "smtp;550 5.4.310 DNS domain steppe.example does not exist [Message=InfoDomainNonexistent]")),
    made("Exchange Online, not allowed", "policy", fields("5.7.124", "smtp;550 5.7.124 UNAUTHORIZED; sender is not in the allowed-senders list of the distribution group")),
    made("Exchange Online, expired", "soft", fields("4.4.7", "smtp;550 4.4.7 QUEUE.Expired; message expired")),
    made("Exchange 2010, full", "full", fields("5.2.2", "smtp;554 5.2.2 mailbox full;\n STOREDRV.Deliver.Exception:QuotaExceededException"), subject="Unzustellbar: Einladung"),
    made("Exchange 2003", "hard", fields("5.1.1", "", more="X-Display-Name: Aigerim"), "Your message did not reach some or all of the intended recipients.\n\n      aigerim@steppe.example on 11/24/2026 9:00 AM\n            The e-mail account does not exist at the organization this message was sent to.\n            <mx.steppe.example #5.1.1>", subject="Undeliverable: Invitation"),
    made("Gmail", "hard", fields("5.1.1", "smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n 550-5.1.1 double-checking the recipient's email address for typos\n 550 5.1.1 https://support.example/?p=NoSuchUser - gsmtp"), "** Address not found **\n\nYour message wasn't delivered to aigerim@steppe.example because the address couldn't be found, or is unable to receive mail.", subject="Delivery Status Notification (Failure)", sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example>", head="X-Failed-Recipients: aigerim@steppe.example\nAuto-Submitted: auto-replied\n"),
    made("Gmail, disabled", "hard", fields("5.2.1", "smtp; 550-5.2.1 The email account that you tried to reach is inactive.")),
    made("Gmail, full", "full", fields("5.2.2", "smtp; 552-5.2.2 The recipient's inbox is out of storage space and inactive.")),
    made("Gmail, delayed because full", "full", fields("4.2.2", "smtp; 452-4.2.2 The recipient's inbox is out of storage space.", action="delayed"), subject="Delivery Status Notification (Delay)"),
    made("Gmail, unauthenticated", "policy", fields("5.7.26", "smtp; 550-5.7.26 Your email has been blocked because the sender is unauthenticated.")),
    made("Gmail, rate", "policy", fields("4.7.28", "smtp; 421-4.7.28 Gmail has detected an unusual rate of unsolicited mail")),
    made("Yahoo", "hard", fields("5.0.0", "smtp; 554 delivery error: dd This user doesn't have a yahoo.example account (aigerim@steppe.example) [0] - mta1001")),
    made("Yahoo, disabled", "hard", fields("5.0.0", "smtp; 554 delivery error: dd Sorry your message to aigerim@steppe.example cannot be delivered. This account has been disabled or discontinued [#102].")),
    made("Yahoo, full", "full", fields("5.0.0", "smtp; 554 delivery error: dd Requested mail action aborted: exceeded storage allocation")),
    made("Yahoo, policy", "policy", fields("5.7.9", "smtp; 554 5.7.9 Message not accepted for policy reasons.")),
    made("Yandex", "hard", fields("5.7.1", "smtp; 550 5.7.1 No such user!")),
    made("Yandex, spam", "policy", fields("5.7.1", "smtp; 554 5.7.1 [1] Message rejected under suspicion of SPAM")),
    made("Mail.ru", "hard", fields("5.0.0", "smtp; 550 Message was not accepted -- invalid mailbox. Local mailbox aigerim@steppe.example is unavailable: user not found")),
    made("Mail.ru, full", "full", fields("5.0.0", "smtp; 550 user is over quota")),
    made("Mail.ru, in Russian", "full", fields("5.0.0"), "Это письмо создано автоматически.\n\naigerim@steppe.example\nпочтовый ящик получателя переполнен", subject="Недоставленное сообщение"),
    made("Naver", "hard", fields("5.1.1", "smtp; 550 5.1.1 No such user - nsmtp", address=MINJI), "메일 전송에 실패했습니다.", address=MINJI, subject="[발송실패 안내] 메일이 전송되지 않았습니다"),
    made("Daum, dormant", "hard", fields("5.0.0", "smtp; 550 휴면 계정입니다")),
    made("iCloud", "hard", fields("5.1.1", "smtp; 550 5.1.1 <aigerim@steppe.example>: user does not exist")),
    made("iCloud, full", "full", fields("5.2.2", "smtp; 552 5.2.2 <aigerim@steppe.example>: user is over quota")),
    made("Zoho", "hard", fields("5.1.1", "smtp; 550 5.1.1 User does not exist - <aigerim@steppe.example>")),
    made("Amazon SES", "hard", "Action: failed\nFinal-Recipient: rfc822; aigerim@steppe.example\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\nStatus: 5.1.1", sender="MAILER-DAEMON@ses.example", subject="Delivery Status Notification (Failure)"),
    made("SendGrid", "policy", fields("5.0.0", "550 5.7.1 Mail from our network is blocked because of the reputation of 192.0.2.7", more="X-SendGrid-QueueID: 1"), sender="Mail Delivery System <mailer-daemon@sendgrid.example>"),
    made("Mailgun", "hard", fields("5.1.2", "smtp; 550 5.1.2 The recipient domain has no MX"), sender="MAILER-DAEMON@mailgun.example"),
    made("Postmark", "hard", fields("5.1.1", "smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found")),
    made("Courier", "hard", "Original-Recipient: rfc822; aigerim@steppe.example\nFinal-Recipient: rfc822; aigerim@steppe.example\nAction: failed\nStatus: 5.0.0\nRemote-MTA: dns; mx.steppe.example [192.0.2.5]\nDiagnostic-Code: smtp; 550 User unknown.", subject="NOTICE: mail delivery status.", sender='"Courier mail server at mx.example" <@>'),
    made("OpenSMTPD", "hard", fields("5.1.1", "smtp; 550 Invalid recipient: <aigerim@steppe.example>"), "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    An error has occurred while attempting to deliver a message for\n    the following list of recipients:\n\naigerim@steppe.example: 550 Invalid recipient: <aigerim@steppe.example>", subject="Delivery status notification: error"),
    made("Haraka", "hard", fields("5.1.1", "smtp;550 5.1.1 I cannot deliver mail for {aigerim@steppe.example}", more="Remote-MTA: mx.steppe.example")),
    made("Barracuda", "policy", fields("5.7.1", "smtp; 554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using Barracuda Reputation")),
    made("Proofpoint", "policy", fields("5.0.0", "smtp; 550 5.7.1 Message contains spam or virus or sender is blocked")),
    made("Mimecast", "policy", fields("5.0.0", "smtp; 554 Email rejected due to security policies - https://community.example/docs/DOC-1369#554")),
    made("Mimecast, invalid", "hard", fields("5.0.0", "smtp; 550 Invalid Recipient - https://community.example/docs/DOC-1369#550")),
    made("IronPort", "hard", fields("5.1.0", "smtp; 5.1.0 - Unknown address error 550-'5.1.1 User unknown' (delivery attempts: 0)")),
    made("Symantec Messaging Gateway", "policy", fields("5.7.1", "smtp; 554 5.7.1 You are not allowed to connect")),
    made("FortiMail", "policy", fields("5.7.1", "smtp; 550 5.7.1 FortiGuard-AntiSpam IP-reputation: message rejected")),
    made("Zimbra", "full", fields("5.2.2", "smtp; 552 5.2.2 Over quota")),
    made("Kerio Connect", "hard", fields("5.1.1", "smtp; 550 5.1.1 User unknown"), subject="Undeliverable: Invitation"),
    made("Oracle Communications (iMS)", "hard", "Original-recipient: rfc822;aigerim@steppe.example\nFinal-recipient: rfc822;aigerim@steppe.example\nAction: failed\nStatus: 5.1.1 (unknown user: aigerim@steppe.example)\nDiagnostic-code: smtp;550 5.1.1 unknown or illegal alias", subject="Delivery Notification: Delivery has failed"),
    made("MIMEDefang, only relayed", "none", fields("2.0.0", "", action="relayed")),
    made("A receipt of delivery", "none", fields("2.1.5", "smtp; 250 2.1.5 Ok", action="delivered")),
    made("Several recipients", "hard", fields("5.1.1", "smtp; 550 5.1.1 unknown") + "\n\n" + fields("5.2.2", "smtp; 552 5.2.2 full", address=MINJI) + "\n\n" + fields("2.0.0", "", action="delivered", address="ok@steppe.example"), more=[("full", MINJI)]),
    made("An address outside ASCII (RFC 6533)", "hard", "Final-Recipient: utf-8; \\x{C815}@hanriver.example\nAction: failed\nStatus: 5.1.1", part="message/global-delivery-status", address="정@hanriver.example"),
    made("Lotus Domino", "hard", "Final-Recipient: rfc822;aigerim@steppe.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: X-Notes; User aigerim (aigerim@steppe.example) not listed in Domino Directory", subject="DELIVERY FAILURE: User aigerim (aigerim@steppe.example) not listed in Domino Directory"),
    made("A status of 4 for what is for ever", "hard", fields("4.0.0", "smtp; 550 5.1.1 no such mailbox")),
    made("A status against the server's own", "policy", fields("5.1.1", "smtp; 550 5.7.1 rejected, your server is on a block list")),
    made("No recipient in the part, only in the returned mail", "hard", "Action: failed\nStatus: 5.1.1"),
    made("X.400 gateway", "hard", "Final-Recipient: x400; /G=Aigerim/S=Steppe/\nOriginal-Recipient: rfc822; aigerim@steppe.example\nAction: failed\nStatus: 5.1.1"),
]  # fmt: skip
