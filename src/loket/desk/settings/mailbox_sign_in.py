"""Signing in to a mailbox at Google or Microsoft, from its page there and back."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loket.conversations.channels.email import oauth
from loket.conversations.channels.email.models import EmailChannel
from loket.desk.settings.shell import administrator_required, render_settings
from loket.guard.text import clean_line

LONGEST = 4_000


def back_url(request):
    """Where the provider sends people back to: to be listed with it."""
    return request.build_absolute_uri(reverse("settings-email-sign-in"))


def offer(request, channel):
    """What the mailbox's page needs to offer a sign-in: the link, and the address to list; {} where it has none."""
    if not channel.pk or channel.sign_in not in oauth.PROVIDERS:
        return {}
    url = oauth.sign_in_url(channel, request.session.session_key, back_url(request)) if channel.client_id else ""
    return {"sign_in_url": url, "back_url": back_url(request), "provider": channel.get_sign_in_display()}


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def finish_sign_in(request):
    """Back from the provider: a page with a button, as a GET must change nothing; the button keeps the token."""
    given = request.POST if request.method == "POST" else request.GET
    state, code = given.get("state", "")[:LONGEST], given.get("code", "")[:LONGEST]
    channel, problem = None, ""
    try:
        pk = oauth.channel_of(state, request.session.session_key)
        channel = get_object_or_404(EmailChannel, pk=pk)
        if channel.sign_in not in oauth.PROVIDERS:
            raise Http404
        if not code:
            raise oauth.Refused(refusal(given))
        if request.method == "POST":
            oauth.connect(channel, code, state, back_url(request), by=request.user)
            return redirect("settings-email-channel", channel.pk)
    except oauth.Refused as error:
        problem = str(error)
    except OSError as error:
        problem = _("The provider could not be reached: %(why)s") % {"why": error}
    context = {"channel": channel, "state": state, "code": code, "problem": problem}
    status = 422 if problem else 200
    return render_settings(request, "desk/settings/mailbox_sign_in.html", "email", status=status, **context)


def refusal(given):
    """What the provider says when it lets nobody in."""
    why = clean_line(given.get("error_description") or given.get("error") or "?", 200)
    return _("The provider did not let you in: %(why)s") % {"why": why}


urlpatterns = [path("email/sign-in/", finish_sign_in, name="settings-email-sign-in")]
