"""Reports of failed delivery in plain words, old and new, in many languages; and what looks like one and is none.

Every address and host is made up; the forms are those that the makers publish or that are widely described.
"""

from tests.emails.reports_standard import AIGERIM, MINJI, Report


def told(
    maker: str, kind: str, text: str, *, subject: str = "failure notice", sender: str = "MAILER-DAEMON@mx.example",
    head: str = "", address: str = AIGERIM, more: list[tuple[str, str]] | None = None, charset: str = "utf-8",
    content_type: str = "text/plain", to: str = "events@qonaq.example",
) -> Report:  # fmt: skip
    """One part of text. An empty `kind` for a mail that reports nothing."""
    mail = (
        f"Return-Path: <>\nFrom: {sender}\nTo: {to}\nSubject: {subject}\n{head}"
        f'MIME-Version: 1.0\nContent-Type: {content_type}; charset="{charset}"\nContent-Transfer-Encoding: 8bit\n\n'
    )
    expected = [(kind, address), *(more or [])] if kind else []
    return Report(maker, expected, mail.encode() + text.encode(charset))


def mixed(
    maker: str, kind: str, text: str, copy: str, *, subject: str, sender: str, content_type: str
) -> Report:
    """Text, and the mail that comes back as a part."""
    mail = (
        f'From: {sender}\nTo: events@qonaq.example\nSubject: {subject}\nContent-Type: multipart/mixed; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\n{text}\n\n--b\nContent-Type: {content_type}\n\n{copy}\n--b--\n"
    )
    return Report(maker, [(kind, AIGERIM)], mail.encode())


COPY = "From: events@qonaq.example\nTo: Aigerim <aigerim@steppe.example>\nSubject: Invitation\n\nWelcome.\n"
OURS = f"\n--- Below this line is a copy of the message.\n\nReturn-Path: <events@qonaq.example>\n{COPY}"

TOLD = [
    told("qmail", "hard", "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<aigerim@steppe.example>:\n192.0.2.9 does not like recipient.\nRemote host said: 550 unknown user\nGiving up on 192.0.2.9.\n" + OURS),
    told("qmail, no such host", "hard", "Hi. This is the qmail-send program at mx.example.\n\n<aigerim@steppe.example>:\nSorry, I couldn't find any host named steppe.example. (#5.1.2)\n" + OURS),
    told("qmail, two", "hard", "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<aigerim@steppe.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n<minji@hanriver.example>:\nUser is over the quota. You can try again later. (#5.2.2)\n" + OURS, more=[("full", MINJI)]),
    told("qmail, given up", "soft", "Hi. This is the qmail-send program at mx.example.\n\n<aigerim@steppe.example>:\nSorry, I wasn't able to establish an SMTP connection. (#4.4.1)\nI'm not going to try again; this message has been in the queue too long.\n" + OURS),
    told("vpopmail, full", "full", "Hi. This is the qmail-send program at mx.example.\n\n<aigerim@steppe.example>:\nuser is over quota\n" + OURS),
    told("Exim 3", "hard", "This message was created automatically by mail delivery software (Exim).\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  aigerim@steppe.example\n    unknown local-part \"aigerim\" in domain \"steppe.example\"\n\n------ This is a copy of the message, including all the headers. ------\n\n" + COPY, subject="Mail delivery failed: returning message to sender", head="X-Failed-Recipients: aigerim@steppe.example\n"),
    told("Exim, unrouteable", "hard", "A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  aigerim@steppe.example\n    Unrouteable address\n", subject="Mail delivery failed: returning message to sender"),
    told("Exim, waiting", "soft", "This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.example.\n\nThe address to which the message has not yet been delivered is:\n\n  aigerim@steppe.example\n\nNo action is required on your part.\n", subject="Warning: message 1aBcDe-000123-00 delayed 24 hours"),
    told("Postfix before 2.3, the words alone", "policy", "This is the Postfix program at host mx.example.\n\n<aigerim@steppe.example>: host mx.steppe.example[192.0.2.5] said: 554 Service\n    unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org (in reply to RCPT TO command)\n"),
    told("Sendmail 8.8", "hard", "The original message was received at Mon, 3 Nov 1997 10:00:00 -0500\nfrom localhost [127.0.0.1]\n\n   ----- The following addresses had permanent fatal errors -----\n<aigerim@steppe.example>\n\n   ----- Transcript of session follows -----\n... while talking to mx.steppe.example.:\n>>> RCPT To:<aigerim@steppe.example>\n<<< 550 <aigerim@steppe.example>... User unknown\n550 <aigerim@steppe.example>... User unknown\n\n   ----- Original message follows -----\n\n" + COPY, subject="Returned mail: User unknown", sender="Mail Delivery Subsystem <MAILER-DAEMON@mx.example>"),
    told("Sendmail 5", "hard", "   ----- Transcript of session follows -----\n550 aigerim@steppe.example... Host unknown (Name server: steppe.example: host not found)\n\n   ----- Unsent message follows -----\n" + COPY, subject="Returned mail: Host unknown", sender="MAILER-DAEMON (Mail Delivery Subsystem)"),
    told("smail", "hard", "|------------------------- Message log follows: -------------------------|\n no valid recipients were found for this message\n|------------------------- Failed addresses follow: ---------------------|\n <aigerim@steppe.example> ... unknown user\n|------------------------- Message text follows: ------------------------|\n" + COPY, subject="mail failed, returning to sender", sender="<MAILER-DAEMON@mx.example>"),
    told("PP, an X.400 gateway", "hard", "This report relates to a message you sent with the following header fields:\n\n  Subject: Invitation\n\nYour message cannot be delivered to the following recipients:\n\n  Recipient address: aigerim@steppe.example\n  Reason: unknown address\n", subject="Delivery Report (failure) for aigerim@steppe.example", sender="postmaster@mx.example"),
    told("PMDF", "hard", "Your message cannot be delivered to the following recipients:\n\n  Recipient address: aigerim@steppe.example\n  Reason: Illegal host/domain name found\n", subject="Undeliverable mail: SMTP delivery failure", sender="PMDF Mail Server <postmaster@mx.example>"),
    told("Novell GroupWise", "hard", "The message that you sent was undeliverable to the following:\n\taigerim@steppe.example (user not found)\n", subject="Message status - undeliverable", sender="Mailer-Daemon@mx.example"),
    told("Novell GroupWise, full", "full", "The message that you sent was undeliverable to the following:\n\taigerim@steppe.example (mailbox full)\n", subject="Message status - undeliverable", sender="Mailer-Daemon@mx.example"),
    told("Lotus Notes", "hard", "Your message\n\n  Subject: Invitation\n\nwas not delivered to:\n\n  aigerim@steppe.example\n\nbecause:\n\n  User aigerim (aigerim@steppe.example) not listed in public Name & Address Book\n", subject="DELIVERY FAILURE: User aigerim (aigerim@steppe.example) not listed in public Name & Address Book", sender="Postmaster@mx.example"),
    told("Exchange 5.5", "hard", "Your message\n\n  To:      aigerim@steppe.example\n  Subject: Invitation\n  Sent:    Mon, 3 Nov 1999 10:00:00 -0500\n\ndid not reach the following recipient(s):\n\naigerim@steppe.example on Mon, 3 Nov 1999 10:00:05 -0500\n    The recipient name is not recognized\n\tThe MTS-ID of the original message is: c=US;a= ;p=X;l=1\n    MSEXCH:IMS:X:Y:MX 0 (000C05A6) Unknown Recipient\n", subject="Undeliverable: Invitation", sender="System Administrator <postmaster@mx.example>"),
    told("MDaemon", "hard", "The following data may contain information about why this message could not be delivered.\n\n----\nFailed address: aigerim@steppe.example\n\n--- Session Transcript ---\n>>> RCPT To:<aigerim@steppe.example>\n<<< 550 aigerim@steppe.example unknown user\n--- End Transcript ---\n", subject="Warning: aigerim@steppe.example - User unknown!", sender="MDaemon@mx.example"),
    told("CommuniGate Pro", "hard", "Failed to deliver to '<aigerim@steppe.example>'\nSMTP module(domain steppe.example) reports:\n account is unknown\n", subject="Undeliverable mail", sender="MAILER-DAEMON@mx.example"),
    told("CommuniGate Pro, full", "full", "Failed to deliver to 'aigerim@steppe.example'\nLOCAL module(account aigerim) reports:\n account is full (quota exceeded)\n", subject="Undeliverable mail"),
    told("hMailServer", "hard", "Your message did not reach some or all of the intended recipients.\n\n   Sent: Tue, 24 Nov 2026 09:00:00\n   Subject: Invitation\n\nThe following recipient(s) could not be reached:\n\naigerim@steppe.example\n   Error Type: SMTP\n   Remote server replied: 550 Unknown user\n\nhMailServer\n", subject="Message undeliverable: Invitation", sender="mailer-daemon@mx.example"),
    told("SurgeMail", "hard", "Your message cannot be delivered to the following recipients:\n\nRecipient: <aigerim@steppe.example>\nReason:    550 Mailbox does not exist\n", subject="Failed to deliver mail", sender="postmaster@mx.example"),
    told("IMail", "hard", "Unknown user: aigerim@steppe.example\n\nOriginal message follows.\n\n" + COPY, subject="Undeliverable Mail", sender="Postmaster <postmaster@mx.example>", head="X-Mailer: <SMTP32 v8>\n"),
    told("IMail, full", "full", "User mailbox exceeds allowed size: aigerim@steppe.example\n\nOriginal message follows.\n\n" + COPY, subject="Undeliverable Mail", sender="Postmaster <postmaster@mx.example>"),
    told("MailEnable", "hard", "MailEnable: Message could not be delivered to some recipients.\nThe following recipient(s) could not be reached:\n\n\t[SMTP:aigerim@steppe.example]: Remote SMTP Server Returned: 550 no such user\n", subject="Message Delivery Failure", sender="postmaster@mx.example"),
    told("ArGoSoft", "hard", "Message failed to deliver to aigerim@steppe.example\nRemote server said: 550 User unknown\n", subject="Mail delivery failed", sender="postmaster@mx.example"),
    told("InterScan", "hard", "Sent <<< RCPT TO:<aigerim@steppe.example>\nReceived >>> 550 <aigerim@steppe.example>... User Unknown\nUnable to deliver message to <aigerim@steppe.example>\n", subject="Mail could not be delivered", sender='"InterScan MSS" <postmaster@mx.example>'),
    told("Symantec Mail Security", "policy", "The message to aigerim@steppe.example was rejected because it contains a virus.\n", subject="Message not delivered", sender="Symantec_AntiVirus_for_SMTP_Gateways@mx.example"),
    told("AOL, long ago", "full", "Your mail to the following recipients could not be delivered because they are not accepting mail or their mailbox is full:\n\n<aigerim@steppe.example>\n", subject="Returned mail: mailbox full", sender="Mail Delivery Subsystem <MAILER-DAEMON@mx.example>"),
    told("CompuServe", "hard", "Your message could not be delivered for the following reason:\n\nReceiver not found: aigerim@steppe.example\n\n--- Returned message ---\n" + COPY, subject="Undeliverable message", sender="Electronic Postmaster <POSTMASTER@mx.example>"),
    told("Web.de, in German", "hard", "Die folgende Nachricht konnte nicht zugestellt werden:\n\naigerim@steppe.example\nDer Empfänger ist unbekannt.\n", subject="Ihre Nachricht konnte nicht zugestellt werden"),
    told("GMX, full, in German", "full", "Ihre E-Mail konnte nicht zugestellt werden.\n\naigerim@steppe.example:\nDas Postfach des Empfängers ist voll.\n", subject="Unzustellbar"),
    told("Orange, in French", "hard", "Votre message n'a pas pu être remis au destinataire suivant :\n\naigerim@steppe.example\nL'adresse n'existe pas.\n", subject="Message non remis"),
    told("Terra, in Spanish", "full", "No se pudo entregar su mensaje a:\n\naigerim@steppe.example\nEl buzón está lleno: se excedió la cuota.\n", subject="Mensaje no entregado"),
    told("UOL, in Portuguese", "hard", "Sua mensagem não pôde ser entregue:\n\n<aigerim@steppe.example>:\nusuário inexistente\n", subject="Falha na entrega"),
    told("Libero, in Italian", "full", "Il messaggio non è stato consegnato a:\n\naigerim@steppe.example\nLa casella del destinatario è piena.\n", subject="Mancato recapito"),
    told("O2, in Polish", "hard", "Nie można dostarczyć wiadomości do:\n\naigerim@steppe.example\nSkrzynka nie istnieje.\n", subject="Niedostarczona wiadomość"),
    told("Rambler, in Russian, KOI8-R", "hard", "Ваше письмо не может быть доставлено:\n\naigerim@steppe.example\nпользователь не найден\n", subject="Mail delivery failed", charset="koi8-r"),
    told("Daum, in Korean, EUC-KR", "full", "메일을 전송하지 못했습니다.\n\nminji@hanriver.example\n사유: 받는 사람의 메일함 용량 초과\n", subject="Undelivered Mail", charset="euc-kr", address=MINJI),
    told("So-net, in Japanese", "hard", "メールを配信できませんでした。\n\n<aigerim@steppe.example>:\n宛先不明のため送信できません。\n", subject="Mail System Error - Returned Mail", charset="iso-2022-jp"),
    told("163, in Chinese", "hard", "抱歉，您的邮件被退回来了……\n收件人：aigerim@steppe.example\n退信原因：用户不存在\n", subject="系统退信", sender="postmaster@mx.example"),
    told("QQ, in Chinese, full", "full", "你发送的邮件被退回：\n收件人 aigerim@steppe.example\n对方邮箱已满\n", subject="来自QQ邮箱的退信", sender="PostMaster@mx.example", charset="gb2312"),
    told("HTML alone", "hard", "<html><body><p>Your message to <b>aigerim@steppe.example</b> couldn't be delivered.</p><p>aigerim wasn't found at steppe.example.</p></body></html>", subject="Undeliverable: Invitation", sender="Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@mx.example>", content_type="text/html"),
    told("A standard's part in the text", "hard", "The following failed.\n\nFinal-Recipient: rfc822; aigerim@steppe.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n"),
    mixed("No address in the words, only in what comes back", "hard", "Your mail could not be delivered: no such user.", COPY, subject="Returned mail", sender="postmaster@mx.example", content_type="message/rfc822"),
    mixed("Only the headers come back", "full", "The recipient's mailbox is full.", COPY, subject="Mail delivery failure", sender="Mail Administrator <postmaster@mx.example>", content_type="text/rfc822-headers"),
    told("iPlanet, headers of the mail first", "full", "This report relates to a message you sent with the following header fields:\n\n  Message-id: <1@qonaq.example>\n  Date: Tue, 24 Nov 2026 09:00:00 +0500\n  From: events@qonaq.example\n  To: Aigerim <aigerim@steppe.example>\n  Subject: Invitation\n\nYour message cannot be delivered to the following recipients:\n\n  Recipient address: aigerim@steppe.example\n  Reason: Over quota\n", subject="Delivery Notification: Delivery has failed", sender="Internet Mail Delivery <postmaster@mx.example>"),
    told("KDDI", "hard", "Your mail sent on: Tue, 24 Nov 2026 11:04:47 +0900\n     Could not be delivered to:  <aigerim@steppe.example>\n     As the remote domain doesnt exist.\n", subject="Mail System Error - Returned Mail"),
    told("MAILsweeper", "hard", "A message that you sent was undeliverable to the following recipient(s):\n\n   <aigerim@steppe.example> 550 No such user\n", subject="Undeliverable: Invitation", sender="MAILsweeper <x@mx.example>"),
    told("A spam firewall", "policy", "Your message to: aigerim@steppe.example\nwas blocked by our Spam Firewall. The email you sent has NOT BEEN DELIVERED.\n", subject="**Message you sent blocked by our bulk email filter**", sender="Spam Firewall <x@mx.example>"),
    told("HTML, the address in a link only", "hard", "<p>Delivery failed: <a href='mailto:aigerim@steppe.example'>Aigerim</a>, unknown user</p>", content_type="text/html"),
    told("Connection refused", "soft", "Unable to deliver to aigerim@steppe.example\nReason: Connection refused by mx.steppe.example\n", subject="Mail delivery failed"),
    told("Verizon, of phones", "hard", "<aigerim@steppe.example>:\nError 550 Unknown user", subject="Undeliverable Message", sender="Post_Office@phones.example"),
]  # fmt: skip

NONE = [
    told("Exchange, out of office", "", "I am away until Monday and cannot be reached.", subject="Automatic reply: Invitation", sender="aigerim@steppe.example", head="Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n"),
    told("vacation of old", "", "I will not be reading my mail for a while. Mail to aigerim@steppe.example will be read when I return.", subject="away from my mail", sender="aigerim@steppe.example", head="Precedence: bulk\n"),
    told("An answer from a mailbox that moved", "", "Please note that aigerim@steppe.example is no longer in use. Write to office@steppe.example.", subject="Re: Invitation", sender="aigerim@steppe.example"),
    told("In Russian", "", "Меня нет в офисе, ваше письмо будет прочитано позже.", subject="Автоответ: приглашение", sender="aigerim@steppe.example", head="Auto-Submitted: auto-replied\n"),
    told("In Korean", "", "부재중입니다. 답장이 늦어질 수 있습니다.", subject="자동 회신: 초대", sender="minji@hanriver.example"),
    told("In German", "", "Ich bin nicht im Büro und kann Ihre Mail nicht lesen.", subject="Abwesenheitsnotiz: Einladung", sender="aigerim@steppe.example"),
    told("Challenge and response", "", "Your message to aigerim@steppe.example is being held. Please confirm your message by following this link.", subject="Please confirm your message", sender="aigerim-confirm@steppe.example"),
    told("A list that asks", "", "We have received a request for subscription of your address. To confirm, reply to this mail.", subject="confirm 1234567890", sender="list-request@lists.example"),
    told("Advertising", "", "Your account has been suspended! Click here. Delivery of your parcel failed.", subject="Your parcel", sender="office@shop.example"),
    told("A person", "", "Thank you, I shall come. My colleague minji@hanriver.example could not be reached, is the address right?", subject="Re: Invitation", sender="aigerim@steppe.example"),
    told("A ticket system", "", "Your request has been received and a ticket has been made.", subject="[Ticket#1] Invitation", sender="support@steppe.example", head="Auto-Submitted: auto-replied\n"),
    Report("A receipt (RFC 8098)", [], b'From: aigerim@steppe.example\nTo: events@qonaq.example\nSubject: Read: Invitation\nContent-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n--b\nContent-Type: text/plain\n\nYour message was read.\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;aigerim@steppe.example\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--\n'),
    Report("A complaint (RFC 5965)", [], b'From: fbl@mx.example\nTo: events@qonaq.example\nSubject: complaint\nContent-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b--\n'),
    told("A colleague who passes one on", "", "What is this?\n\n> <aigerim@steppe.example>: 550 user unknown", subject="Fwd: Undelivered Mail Returned to Sender", sender="anna@qonaq.example"),
    told("A list that removes", "", "You have been removed from the list because mails to you came back.", subject="You have been unsubscribed", sender="postmaster@lists.example"),
    told("A mailbox that fills, our own", "", "Your mailbox has reached 90% of its quota.", subject="Your mailbox is almost full", sender="postmaster@qonaq.example"),
    told("A report of DMARC", "", "See the attachment.", subject="Report domain: qonaq.example Submitter: mx.example", sender="noreply-dmarc-support@mx.example"),
    told("A success", "", "Your message has been successfully delivered to the following recipients:\n\naigerim@steppe.example", subject="Delivery Status Notification (Success)"),
    told("Relayed only", "", "Your message has been successfully relayed to the following recipients, but the requested delivery status notifications may not be generated by the destination.\n\n       aigerim@steppe.example", subject="Delivery Status Notification (Relay)"),
]  # fmt: skip
