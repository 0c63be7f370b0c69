"""``loket check --deploy``: what is allowed for a trial and wrong where customers come."""

from django.conf import settings
from django.core.checks import Warning, register


def listen():
    """Have ``check --deploy`` ask these."""
    register(deployment, deploy=True)


def deployment(app_configs, **kwargs):
    """Each as a Django check message, with what to set."""
    is_secure = settings.SITE_URL.scheme == "https"
    findings = [
        (not is_secure, "W001", "LOKET_URL is not https: passwords travel in the open.", "Set LOKET_URL=https://…"),
        (
            is_secure and not settings.IS_BEHIND_PROXY,
            "W002",
            "LOKET_URL is https, but no proxy is set that ends TLS: every form would be refused.",
            "Put a proxy in front (deploy/) and set LOKET_BEHIND_PROXY=yes",
        ),
        (not settings.SMTP, "W003", "No mail leaves: it waits in the outbox.", "Set EMAIL_URL"),
        (settings.IS_DEMO, "W004", "This is the demo: everybody knows its passwords.", "Unset LOKET_DEMO"),
    ]
    return [Warning(words, hint=f"{hint}.", id=f"loket.{code}") for is_so, code, words, hint in findings if is_so]
