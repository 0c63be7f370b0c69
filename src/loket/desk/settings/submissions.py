"""What was sent with forms: list, search, one of them, its ticket made or tried again, the list as CSV (D3)."""

import csv
from io import StringIO
from itertools import chain

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loket.desk.settings.form_shell import form_or_404, render_form
from loket.desk.settings.shell import administrator_required
from loket.forms.submissions import Submission
from loket.guard.cells import safe_cell
from loket.guard.names import file_name
from loket.guard.text import clean_line, number_in
from loket.ui.downloads import download, opened

SIZE = 25
CHUNK = 500


def found(request, form):
    """The submissions of ``form`` that the page asks for, newest first, and what was searched for."""
    query = clean_line(request.GET.get("q", ""), 200)
    submissions = form.submissions.newest_first()
    return (submissions.holding(query) if query else submissions), query


@administrator_required
@require_safe
def show_submissions(request, form_id):
    """A page of them: those before the number ``before``, one row more than is shown."""
    form = form_or_404(form_id)
    submissions, query = found(request, form)
    before = number_in(request.GET.get("before", ""))
    if before is not None:
        submissions = submissions.filter(pk__lt=before)
    rows = list(submissions.select_related("contact", "message__thread__ticket")[: SIZE + 1])
    context = {"rows": rows[:SIZE], "q": query, "next": rows[SIZE - 1].pk if len(rows) > SIZE else ""}
    return render_form(request, "desk/settings/submissions.html", "submissions", form, **context)


@administrator_required
@require_safe
def submissions_csv(request, form_id):
    """All that the page asks for, a column for each answer that the newest thousand know."""
    form = form_or_404(form_id)
    submissions, _query = found(request, form)
    name = file_name(f"{form.name} {timezone.localdate():%Y-%m-%d}.csv")
    response = StreamingHttpResponse(as_csv(submissions), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response


def as_csv(submissions):
    """An iterator of the parts of the file, with a mark for spreadsheets; no cell is a formula.

    The heading is made here: the language of the page has ended before the first part is asked for.
    """
    asked = {}
    for answers in submissions.values_list("answers", flat=True)[:1_000]:
        asked |= {each["key"]: each["label"] for each in answers if each["key"] not in asked}
    head = [_("Number"), _("Sent"), _("Sender"), _("Ticket"), _("Problem"), *asked.values()]
    return chain(["\ufeff" + line(head)], lines_of(submissions, asked))


def lines_of(submissions, asked):
    """A line of CSV for each submission, with the answers to what was ``asked``, {key: label}."""
    for each in submissions.select_related("contact", "message__thread").iterator(chunk_size=CHUNK):
        shown = {answer["key"]: answer["shown"] for answer in each.answers}
        sent = timezone.localtime(each.created_at).strftime("%Y-%m-%d %H:%M:%S")
        sender = each.contact.name if each.contact else each.sender
        ticket = each.message.thread.ticket_id if each.message else ""
        yield line([each.pk, sent, sender, ticket, each.problem, *(shown.get(key, "") for key in asked)])


def line(cells):
    """One line of CSV."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([safe_cell(each) for each in cells])
    return text.getvalue()


def submission_or_404(pk):
    rows = Submission.objects.select_related("form", "contact", "portal", "message__thread__ticket")
    return get_object_or_404(rows, pk=pk)


@administrator_required
@require_safe
def show_submission(request, submission_id):
    submission = submission_or_404(submission_id)
    files = submission.files.order_by("submittedfile__position")
    context = {"submission": submission, "files": files}
    return render_form(request, "desk/settings/submission.html", "submissions", submission.form, **context)


@administrator_required
@require_POST
def create_submission_ticket(request, submission_id):
    """Make its ticket: let it through, or try again."""
    submission = submission_or_404(submission_id)
    submission.settle(by=request.user)
    if submission.problem:
        messages.error(request, _("It made no ticket: %(why)s") % {"why": submission.problem})
    elif submission.ticket:
        messages.success(request, _("Its ticket is there."))
    return redirect("settings-submission", submission.pk)


@administrator_required
@require_POST
def create_submission_refusal(request, submission_id):
    """It is spam, and makes no ticket."""
    submission_or_404(submission_id).refuse()
    return redirect("settings-submission", submission_id)


@administrator_required
@require_safe
def submission_file(request, submission_id, file_id, name):
    """A file that came with it; ``name`` is for people."""
    file = get_object_or_404(submission_or_404(submission_id).files, pk=file_id)
    return download(opened(file.open), name=file.name, content_type=file.content_type, size=file.size)


urlpatterns = [
    path("forms/<int:form_id>/submissions/", show_submissions, name="settings-form-submissions"),
    path("forms/<int:form_id>/submissions.csv", submissions_csv, name="settings-form-submissions-csv"),
    path("submissions/<int:submission_id>/", show_submission, name="settings-submission"),
    path("submissions/<int:submission_id>/ticket/", create_submission_ticket, name="settings-submission-ticket"),
    path("submissions/<int:submission_id>/refusal/", create_submission_refusal, name="settings-submission-refusal"),
    path(
        "submissions/<int:submission_id>/files/<int:file_id>/<str:name>",
        submission_file,
        name="settings-submission-file",
    ),
]
