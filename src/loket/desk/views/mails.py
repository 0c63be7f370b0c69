"""Mail that came: what lies in quarantine, in the spam and in the bin, and why; released, thrown away, restored."""

from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from loket.conversations.channels.email.models import Mail
from loket.conversations.channels.email.reasons import why
from loket.desk.agents import agent_required
from loket.desk.pane import rail
from loket.guard.text import clean_line, number_in
from loket.ui.downloads import download, opened

PAGE = 50
PLACES = {
    "quarantine": (_("Quarantine"), Mail.objects.quarantined),
    "machines": (_("Machines"), Mail.objects.machine),
    "spam": (_("Spam"), Mail.objects.spam),
    "bin": (_("Bin"), Mail.objects.in_bin),
    "all": (_("All"), Mail.objects.kept),
}
PILLS = {
    "quarantined": "warning",
    "spam": "danger",
    "machine": "",
    "taken": "success",
    "waiting": "waiting",
    "copy": "",
}


@agent_required
@require_safe
def show_mails(request, place="quarantine"):
    """The mails in one place, newest first, searched by sender and subject."""
    if place not in PLACES:
        raise Http404
    query = clean_line(request.GET.get("q", ""), 200)
    after = number_in(request.GET.get("after", ""))
    mails = PLACES[place][1]().newest_first()
    if query:
        mails = mails.filter(Q(sender__icontains=query) | Q(subject__icontains=query))
    if after is not None:
        mails = mails.filter(pk__lt=after)
    rows = list(mails[: PAGE + 1])
    is_more, rows = len(rows) > PAGE, rows[:PAGE]
    context = {
        "rail": rail(request),
        "here": "mails",
        "rows": [(mail, why(mail), PILLS[mail.state]) for mail in rows],
        "places": [(slug, label, slug == place) for slug, (label, _mails) in PLACES.items()],
        "place": place,
        "query": query,
        "next_url": "?" + urlencode({"q": query, "after": rows[-1].pk}) if is_more else "",
        "previous_url": "?" + urlencode({"q": query}) if after is not None else "",
    }
    return render(request, "desk/mails.html", context)


@agent_required
@require_safe
def show_mail(request, mail_id):
    """One mail: where it lies, why, and what can be done."""
    mail = get_object_or_404(Mail.objects.select_related("inbox", "channel", "raw"), pk=mail_id)
    is_loose = mail.state not in (Mail.State.TAKEN, Mail.State.WAITING)
    context = {
        "rail": rail(request), "here": "mails", "mail": mail, "why": why(mail), "kind": PILLS[mail.state],
        "can_release": is_loose and mail.reason != "fetching", "is_loose": is_loose,
    }  # fmt: skip
    return render(request, "desk/mail.html", context)


@agent_required
@require_safe
def show_raw(request, mail_id):
    """The mail as it came, as a download."""
    raw = get_object_or_404(Mail.objects.select_related("raw"), pk=mail_id).raw
    return download(
        opened(raw.open), name=f"mail-{mail_id}.eml", content_type="application/octet-stream", size=raw.size
    )


def deed_on_mail(verb):
    """A view that does ``verb`` to a mail, which nobody else changes meanwhile."""

    @agent_required
    @require_POST
    def do(request, mail_id):
        with transaction.atomic():
            mail = get_object_or_404(Mail.objects.select_for_update(of=("self",)), pk=mail_id)
            getattr(mail, verb)(by=request.user)
        return redirect("mail", mail_id)

    return do


create_release = deed_on_mail("release")
create_spam = deed_on_mail("mark_spam")
create_discard = deed_on_mail("discard")
create_restoration = deed_on_mail("restore")
