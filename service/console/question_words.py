"""What the builder calls the kinds of questions, and when each kind is right."""

from service.web.words import N_

KIND_WORDS = {
    "short_text": (N_("Short text"), N_("One line: a flight number, a nickname.")),
    "long_text": (N_("Long text"), N_("Several lines: a topic, a biography.")),
    "number": (N_("Number"), N_("With a smallest and a largest, if you like.")),
    "yes_no": (N_("Yes or no"), N_("Others can depend on it.")),
    "one_of": (N_("One of"), N_("Exactly one of your answers.")),
    "many_of": (N_("Many of"), N_("As many of your answers as fit.")),
    "date": (N_("Date"), N_("An arrival, a departure.")),
    "country": (N_("Country"), N_("From the list of all countries.")),
    "phone": (N_("Phone"), N_("Checked, with its country code.")),
    "email": (N_("E-mail"), N_("Checked; no mail is sent there.")),
    "link": (N_("Link"), N_("A web page.")),
    "file": (N_("File"), N_("PDF, picture, Word or Excel, 10 MB at most.")),
    "photo": (N_("Portrait photo"), N_("Cut to 3:4; where it was taken is forgotten.")),
    "consent": (N_("Consent"), N_("Must be ticked; your text stands above it.")),
}
