"""Single cells: ids, dates, and what HubSpot calls things in English and Dutch."""

import re
from datetime import UTC, datetime, timedelta, timezone

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.timezone import get_current_timezone

from loket.transfer.hubspot.headings import plain

DAY = re.compile(
    r"(?:(?P<iso>\d{4})-(?P<im>\d{1,2})-(?P<id>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<sep>[/.-])(?P<b>\d{1,2})(?P=sep)(?P<year>\d{4}|\d{2}))(?:(?:T|,?\s+)(?P<clock>.+))?"
)
CLOCK = re.compile(
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?\s*m\.?)?(?:\s*(?P<utc>Z|UTC|GMT)|\s*(?P<sign>[+-])(?P<oh>\d{2}):?(?P<om>\d{2}))?",
    re.IGNORECASE,
)
MILLISECONDS = re.compile(r"\d{11,14}")
LARGEST_ID = 2**63 - 1
YEARS = range(1900, 2200)

PRIORITIES = {"LOW": "low laag", "MEDIUM": "medium gemiddeld normaal normal", "HIGH": "high hoog", "URGENT": "dringend"}
CATEGORIES = {
    "PRODUCT_ISSUE": "productprobleem probleemmetproduct productissue",
    "BILLING_ISSUE": "factureringsprobleem factuurprobleem facturering billing",
    "FEATURE_REQUEST": "functieverzoek functieaanvraag verzoekomfunctie",
    "GENERAL_INQUIRY": "algemenevraag algemeenverzoek algemeneaanvraag generalenquiry",
}
SOURCES = {
    "CHAT": "livechat chatgesprek", "EMAIL": "email", "FORM": "formulier", "PHONE": "telefoon telefonisch",
    "PORTAL": "customerportal klantenportaal klantportaal",
}  # fmt: skip
LABELS = {"hs_ticket_priority": PRIORITIES, "hs_ticket_category": CATEGORIES, "source_type": SOURCES}
LANGUAGES = {"en": "english engels", "nl": "dutch nederlands"}
YES, NO = {"yes", "ja", "true", "waar", "1"}, {"no", "nee", "false", "onwaar", "0"}


def record_id(text):
    """A HubSpot record id as a number, None when empty. Raises ValidationError."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:30]) <= LARGEST_ID:
        raise ValidationError(f"“{text[:50]}” is no record ID; spreadsheet programs shorten long numbers.")
    return int(text)


class Dates:
    """The dates of one column. Whether 3/5 is in May or in March is told by its other dates, else by the headings."""

    def __init__(self, is_dutch):
        self.is_dutch, self.day_first, self.month_first = is_dutch, False, False

    def see(self, text):
        """Learn from a date before any is read."""
        found = DAY.fullmatch(text.strip())
        if found and found["a"]:
            self.day_first |= int(found["a"]) > 12
            self.month_first |= int(found["b"]) > 12

    def read(self, text):
        """The moment in ``text``, None when empty. Without a zone it is in the installation's own.

        Raises ValidationError.
        """
        text = text.strip()
        if not text:
            return None
        try:
            if MILLISECONDS.fullmatch(text):
                moment = datetime.fromtimestamp(int(text) / 1000, UTC)
            else:
                moment = self._read(DAY.fullmatch(text))
            if moment.year not in YEARS:
                raise ValueError
        except (ValueError, TypeError, OverflowError) as error:
            raise ValidationError(f"“{text[:50]}” is no date.") from error
        return moment.astimezone(UTC)

    def _read(self, found):
        """Raises TypeError when nothing was found, ValueError for what no calendar or clock has."""
        if found["iso"]:
            year, month, day = int(found["iso"]), int(found["im"]), int(found["id"])
        else:
            day, month, year = int(found["a"]), int(found["b"]), int(found["year"])
            if self._is_month_first(day, month, found["sep"]):
                day, month = month, day
            year += 2000 if year < 100 else 0
        moment = datetime(year, month, day)
        return with_clock(moment, CLOCK.fullmatch(found["clock"].strip()) if found["clock"] else None, found["clock"])

    def _is_month_first(self, first, second, separator):
        if first > 12 or second > 12:
            return second > 12
        if self.day_first != self.month_first:
            return self.month_first
        return separator != "." and not self.is_dutch


def with_clock(day, clock, text):
    """The moment at ``clock`` (a match of CLOCK) on ``day``; midnight without ``text``."""
    if not text:
        return day.replace(tzinfo=get_current_timezone())
    hour = int(clock["hour"])
    if clock["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if clock["half"].lower() == "p" else 0)
    zone = get_current_timezone()
    if clock["utc"]:
        zone = UTC
    elif clock["sign"]:
        distance = timedelta(hours=int(clock["oh"]), minutes=int(clock["om"]))
        zone = timezone(distance if clock["sign"] == "+" else -distance)
    return day.replace(hour=hour, minute=int(clock["minute"]), second=int(clock["second"] or 0), tzinfo=zone)


def option_of(prop, text):
    """The value of the option of a choice that ``text`` names by value or label, EN or NL; None when there is none."""
    if prop.type.name == "bool":
        return {True: "true", False: "false"}.get(plain(text) in YES if plain(text) in YES | NO else None)
    if text in prop.options:
        return text
    words = {plain(str(label)): value for value, label in prop.options.items()}
    words |= {plain(value): value for value in prop.options}
    words |= {word: value for value, known in LABELS.get(prop.name, {}).items() for word in known.split()}
    return words.get(plain(text))


def language_of(text):
    """The code of a language that Loket speaks, from a code such as “nl-be” or a name; None for another one."""
    word = text.strip().lower()
    codes = {code for code, _name in settings.LANGUAGES}
    if re.split(r"[-_]", word)[0] in codes:
        return re.split(r"[-_]", word)[0]
    first = plain(re.split(r"[-(–]", word)[0])
    return next((code for code in codes if first in LANGUAGES.get(code, "").split()), None)
