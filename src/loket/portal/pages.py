"""What all pages of the portal share: name, navigation, who is signed in."""

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse

from loket.forms.models import FormLink


def render_page(request, template, wording, *, status=200, **context):
    """The page ``template`` in the portal's frame."""
    links = [
        {"url": reverse("new-ticket", args=[link.form_id]), "text": link.called(wording)}
        for link in FormLink.of(request.portal)
    ]
    home = reverse("tickets")
    nav = [(wording.called(2), home, context.get("place") == "tickets")]
    frame = {
        "portal": request.portal,
        "look": request.portal.looks,
        "member": request.member,
        "preview": request.preview,
        "links": links,
        "nav": nav + [(link["text"], link["url"], request.path == link["url"]) for link in links],
        "called": wording.called(),
        "called_within": wording.within(),
        "called_many": wording.called(2),
        "home": home,
        "max_bytes": settings.ATTACHMENT_MAX_BYTES,
        "max_count": settings.ATTACHMENT_MAX_COUNT,
    }
    return render(request, template, frame | context, status=status)
