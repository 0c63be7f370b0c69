"""Which company an address belongs to by its domain (A3, trap 7)."""

from publicsuffixlist import PublicSuffixList

from loket.people.models import Company

# Where anybody gets an address: whoever has one there works for none of the companies that wrote it down as theirs.
FREE_MAIL = frozenset(
    [
        "126.com",
        "163.com",
        "aim.com",
        "aol.com",
        "bigpond.com",
        "bluewin.ch",
        "btinternet.com",
        "casema.nl",
        "chello.nl",
        "comcast.net",
        "duck.com",
        "email.com",
        "fastmail.com",
        "fastmail.fm",
        "free.fr",
        "freenet.de",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hetnet.nl",
        "hey.com",
        "home.nl",
        "hotmail.be",
        "hotmail.co.uk",
        "hotmail.com",
        "hotmail.de",
        "hotmail.es",
        "hotmail.fr",
        "hotmail.it",
        "hotmail.nl",
        "hushmail.com",
        "icloud.com",
        "inbox.lv",
        "kpnmail.nl",
        "kpnplanet.nl",
        "laposte.net",
        "libero.it",
        "live.be",
        "live.co.uk",
        "live.com",
        "live.fr",
        "live.nl",
        "mac.com",
        "mail.com",
        "mail.ru",
        "mailbox.org",
        "me.com",
        "msn.com",
        "naver.com",
        "o2.pl",
        "online.nl",
        "onet.pl",
        "orange.fr",
        "outlook.be",
        "outlook.com",
        "outlook.de",
        "outlook.es",
        "outlook.fr",
        "outlook.it",
        "planet.nl",
        "pm.me",
        "posteo.de",
        "proton.me",
        "protonmail.ch",
        "protonmail.com",
        "qq.com",
        "quicknet.nl",
        "rediffmail.com",
        "rocketmail.com",
        "seznam.cz",
        "sfr.fr",
        "skynet.be",
        "telenet.be",
        "telfort.nl",
        "t-online.de",
        "tiscali.it",
        "tuta.com",
        "tuta.io",
        "tutanota.com",
        "upcmail.nl",
        "virgilio.it",
        "wanadoo.fr",
        "wanadoo.nl",
        "web.de",
        "wp.pl",
        "xs4all.nl",
        "yahoo.co.jp",
        "yahoo.co.uk",
        "yahoo.com",
        "yahoo.de",
        "yahoo.es",
        "yahoo.fr",
        "yahoo.it",
        "yandex.com",
        "yandex.ru",
        "ymail.com",
        "ziggo.nl",
        "zoho.com",
        "zonnet.nl",
    ]
)
_suffixes = PublicSuffixList()


def is_shared(domain):
    """Whether unrelated people have addresses at ``domain``: free mail, a public suffix, a bare word."""
    return domain in FREE_MAIL or _suffixes.privatesuffix(domain) is None


def company_of(address):
    """The one company that has the domain of ``address``; None for a shared domain and where several have it."""
    domain = address.rpartition("@")[2]
    if is_shared(domain):
        return None
    found = Company.objects.filter(domain__iexact=domain)[:2]
    return found[0] if len(found) == 1 else None
