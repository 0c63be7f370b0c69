"""Segments: lists of contacts, picked or by a filter, with the people in them as they are now (D6)."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loket.desk.conditions import FilterField
from loket.desk.editors import WithEditors
from loket.desk.settings.deletions import answer_deletion
from loket.desk.settings.links import linked
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import administrator_required, render_settings
from loket.desk.settings.stamps import StampedForm
from loket.guard.text import clean_line
from loket.people.models import Contact, Segment, SegmentKind
from loket.people.needs import broken_segments

PAGE = 25
LAST_PAGE = 400
MOST_COUNTED = 999
MOST_FOUND = 10


class SegmentForm(WithEditors, StampedForm):
    name = forms.CharField(label=_("Name"), max_length=100)
    rule = FilterField(
        "contact",
        label=_("Who is in it"),
        help_text=_("All contacts who meet the conditions, at any time."),
        empty=_("Nobody yet: add a condition."),
    )

    def __init__(self, *args, segment, **kwargs):
        super().__init__(*args, **kwargs)
        if not segment.is_active:
            del self.fields["rule"]


@administrator_required
@require_safe
def show_segments(request):
    context = {"segments": Segment.objects.all(), "broken": linked(broken_segments())}
    return render_settings(request, "desk/settings/segments.html", "segments", **context)


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def create_segment(request, kind):
    if kind not in SegmentKind:
        raise Http404
    return answer_form(request, Segment(kind=kind))


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_segment(request, segment_id):
    return answer_form(request, segment_or_404(segment_id, lock=request.method == "POST"))


def answer_form(request, segment):
    """Ask for a segment, or write it."""
    called = segment.name
    current = {"name": segment.name} | ({"rule": segment.rule} if segment.is_active else {})
    form = SegmentForm(request.POST or None, current=current, segment=segment)
    if request.method == "POST" and is_saved(request, form, lambda values: segment.set(values, by=request.user)):
        return redirect("settings-segment", segment.pk)
    return render_segment(request, segment, form, called)


def render_segment(request, segment, form, called):
    """The form, and who is in the segment: by the conditions as they stand on the page, when they are finished."""
    contacts = tried(form) if segment.is_active else segment.contacts() if segment.pk else None
    context = {"form": form, "segment": segment, "called": called, "query": clean_line(request.GET.get("q", ""), 200)}
    if contacts is not None:
        context |= people(request, contacts)
    if context["query"] and not segment.is_active:
        found = Contact.objects.called(context["query"]).in_order()[: MOST_FOUND + 1]
        context |= {"found": found[:MOST_FOUND], "has_more": len(found) > MOST_FOUND}
    status = 422 if form.is_bound and not form.is_redrawn else 200
    return render_settings(request, "desk/settings/segment.html", "segments", status=status, **context)


def tried(form):
    """The contacts who meet the filter that ``form`` shows; None while it is empty or not finished."""
    try:
        rule = form["rule"].draft.clean()
    except ValidationError:
        return None
    return Contact.objects.filter(rule.q()) if rule.groups else None


def people(request, contacts):
    """A page of ``contacts``, how many there are up to "999+", and the pages beside it."""
    number = request.GET.get("page", "1")
    number = min(int(number), LAST_PAGE) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    start = PAGE * (max(number, 1) - 1)
    rows = list(contacts.select_related("primary_company").in_order()[start : start + PAGE + 1])
    count = contacts[: MOST_COUNTED + 1].count()
    return {
        "people": rows[:PAGE],
        "count": f"{MOST_COUNTED}+" if count > MOST_COUNTED else count,
        "previous_url": f"?page={number - 1}#people" if number > 1 else "",
        "next_url": f"?page={number + 1}#people" if len(rows) > PAGE and number < LAST_PAGE else "",
    }


def segment_or_404(segment_id, *, lock=False):
    """The segment. With ``lock``, inside a transaction, no other administrator saves meanwhile."""
    segments = Segment.objects.all()
    return get_object_or_404(segments.select_for_update() if lock else segments, pk=segment_id)


def static_or_404(segment_id):
    """A segment for which people are picked."""
    return get_object_or_404(Segment, pk=segment_id, kind=SegmentKind.STATIC)


@administrator_required
@require_POST
def create_place(request, segment_id, contact_id):
    """Pick a contact for a static segment."""
    segment = static_or_404(segment_id)
    segment.add(get_object_or_404(Contact, pk=contact_id), by=request.user)
    return to_people(segment)


@administrator_required
@require_POST
def delete_place(request, segment_id, contact_id):
    """Take a contact out of a static segment."""
    segment = static_or_404(segment_id)
    segment.take_out(get_object_or_404(Contact, pk=contact_id), by=request.user)
    return to_people(segment)


def to_people(segment):
    """Back to the people in the segment."""
    return redirect(reverse("settings-segment", args=[segment.pk]) + "#people")


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_segment(request, segment_id):
    warning = _("The contacts in it stay.")
    return answer_deletion(request, segment_or_404(segment_id), "segments", "settings-segments", warning=warning)


urlpatterns = [
    path("segments/", show_segments, name="settings-segments"),
    path("segments/new/<slug:kind>/", create_segment, name="settings-segments-new"),
    path("segments/<int:segment_id>/", edit_segment, name="settings-segment"),
    path("segments/<int:segment_id>/deletion/", delete_segment, name="settings-segment-deletion"),
    path("segments/<int:segment_id>/people/<int:contact_id>/", create_place, name="settings-segment-place"),
    path(
        "segments/<int:segment_id>/people/<int:contact_id>/deletion/",
        delete_place,
        name="settings-segment-place-deletion",
    ),
]
