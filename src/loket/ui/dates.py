"""Dates as people say them, in the active language and time zone. Cheap enough to call fifty times a page."""

from datetime import datetime
from functools import lru_cache
from html import escape

from django.utils import timezone, translation
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

MINUTE, HOUR, WEEK = 60, 3600, 7


@lru_cache(maxsize=64)
def _words(language):
    """The patterns and names of one language, looked up once: gettext costs more than the rest of a date."""
    months = [str(MONTHS[number]) for number in range(1, 13)]
    short = [str(MONTHS_3[number]) for number in range(1, 13)]
    if months[0][0].isupper():  # Django writes short months small, even where the language does not
        short = [month.capitalize() for month in short]
    return {
        "months": months,
        "short": short,
        "weekdays": [str(WEEKDAYS[number]) for number in range(7)],
        "now": gettext("just now"),
        "minutes": gettext("%(count)s min ago"),
        "hours": gettext("%(count)s h ago"),
        "yesterday": gettext("yesterday"),
        "tomorrow": gettext("tomorrow"),
        "today_at": gettext("today, %(time)s"),
        "yesterday_at": gettext("yesterday, %(time)s"),
        "day": pgettext("short date", "%(day)s %(month)s"),
        "day_year": pgettext("short date", "%(day)s %(month)s %(year)s"),
        "day_at": pgettext("date and time", "%(day)s %(month)s, %(time)s"),
        "day_year_at": pgettext("date and time", "%(day)s %(month)s %(year)s, %(time)s"),
        "exact": pgettext("exact date", "%(weekday)s %(day)s %(month)s %(year)s, %(time)s"),
    }


def _parts(local, months, words):
    return {
        "weekday": words["weekdays"][local.weekday()],
        "day": local.day,
        "month": months[local.month - 1],
        "year": local.year,
        "time": f"{local.hour:02}:{local.minute:02}",
    }


# The next three take local times, so that one tag converts each of its two moments once.
def _ago(local, local_now, words):
    days = local_now.toordinal() - local.toordinal()
    if -2 < days < 2:
        return _lately(local, local_now, days, words)
    if 0 < days < WEEK:
        return words["weekdays"][local.weekday()]
    pattern = words["day" if local.year == local_now.year else "day_year"]
    return pattern % {"day": local.day, "month": words["short"][local.month - 1], "year": local.year}


def _lately(local, local_now, days, words):
    seconds = (local_now - local).total_seconds()
    if -MINUTE < seconds < MINUTE:
        return words["now"]
    if 0 < seconds < HOUR:
        return words["minutes"] % {"count": int(seconds // MINUTE)}
    if days:
        return words["yesterday" if days > 0 else "tomorrow"]
    if seconds > 0:
        return words["hours"] % {"count": int(seconds // HOUR)}
    return words["today_at"] % {"time": f"{local:%H:%M}"}


def _said(local, local_now, words):
    days = local_now.toordinal() - local.toordinal()
    if days in (0, 1):
        return words["yesterday_at" if days else "today_at"] % {"time": f"{local:%H:%M}"}
    pattern = words["day_at" if local.year == local_now.year else "day_year_at"]
    return pattern % _parts(local, words["months"], words)


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long since ``moment``, short: "12 min ago", "yesterday", "Tuesday", "16 Nov", "16 Nov 2024"."""
    return _ago(timezone.localtime(moment), timezone.localtime(now), _words(translation.get_language()))


def said(moment: datetime, now: datetime | None = None) -> str:
    """When, with the time of day, as in a conversation: "today, 14:32", "yesterday, 09:05", "16 November, 11:20"."""
    return _said(timezone.localtime(moment), timezone.localtime(now), _words(translation.get_language()))


def day(moment: datetime) -> str:
    """The day alone, with its year: "16 Nov 2026". Takes a ``date``, too."""
    words = _words(translation.get_language())
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return words["day_year"] % {"day": local.day, "month": words["short"][local.month - 1], "year": local.year}


def exact(moment: datetime) -> str:
    """The whole date: "Monday 23 November 2026, 14:32"."""
    words = _words(translation.get_language())
    return words["exact"] % _parts(timezone.localtime(moment), words["months"], words)


def teller(now: datetime | None = None, *, long: bool = False):
    """``time_tag`` for many: language, time zone and ``now`` are looked up once. Returns ``tell(moment) -> SafeString``."""
    words, zone = _words(translation.get_language()), timezone.get_current_timezone()
    local_now = (now or timezone.now()).astimezone(zone)
    say = _said if long else _ago

    def tell(moment):
        if moment is None:
            return SafeString("")
        local = moment.astimezone(zone)
        title = escape(words["exact"] % _parts(local, words["months"], words))
        text = escape(say(local, local_now, words))
        return SafeString(f'<time datetime="{moment.isoformat(timespec="seconds")}" title="{title}">{text}</time>')

    return tell


def time_tag(moment: datetime | None, now: datetime | None = None, *, long: bool = False) -> SafeString:
    """``<time>`` with ``ago`` (``said`` when ``long``) as its text and ``exact`` as its title; "" for None."""
    return teller(now, long=long)(moment)
