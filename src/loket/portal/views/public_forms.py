"""Pages for everybody: a form without signing in, and the proof that an address is one's own.

No cookies and no session: the page stands in frames of other sites, where there are none. Whoever sends it has no rights
that a forged request could borrow.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from loket.forms.models import Form
from loket.forms.proofs import number_in
from loket.forms.submissions import Submission
from loket.portal import spam
from loket.portal.forms import typed_beside
from loket.portal.public_forms import PublicForm
from loket.tickets.policies import own_text


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def public_form(request, pk):
    """Ask, or take in what was sent."""
    built = Form.objects.public().filter(pk=pk).first()
    if built is None:
        return answer_gone(request, pk)
    is_sent = request.method == "POST"
    form = PublicForm(*([request.POST, request.FILES] if is_sent else []), form=built)
    status = 422 if is_sent and not form.is_redrawn else 200
    if is_sent and stores_something(request, form) and spam.is_too_often(request):
        form.put_off()
        status = 429
    elif is_sent and form.is_valid():
        try:
            form.take(request.LANGUAGE_CODE)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return framed(request, answer_taken(request, built), built)
    context = {
        "built": built,
        "form": form,
        "upload_url": reverse("public-uploads", args=[pk]),
        "is_framed": "frame" in request.GET,
    }
    page = render(request, "portal/public_form.html", context, status=status)
    return framed(request, page, built)


def stores_something(request, form):
    """Whether what was sent counts as a sending: with files, or without an error; to mend an error is free."""
    return bool(request.FILES) or (not form.is_redrawn and form.is_valid())


def answer_taken(request, built):
    """Where the form's makers send people, or their thanks."""
    if built.redirect:
        return redirect(built.redirect)
    thanks = own_text(built.thanks, _("We have received it and will answer by e-mail."))
    return render(request, "portal/public_thanks.html", {"built": built, "thanks": thanks})


def answer_gone(request, pk):
    """There is no such form, any more perhaps: whoever has its page open gets back what they typed into it."""
    built = Form.objects.filter(pk=pk).first()
    if request.method != "POST" or built is None or not spam.is_token_of(built, request.POST.get("token", "")):
        raise Http404
    context = {"typed": typed_beside(request.POST, ["altcha"])}
    return framed(request, render(request, "portal/public_gone.html", context, status=404), built)


def framed(request, response, built):
    """``response``, which only pages of the form's sites may hold in a frame."""
    policy = settings.SECURE_CSP | {"frame-ancestors": built.sites or ["'none'"]}
    response.headers["Cache-Control"] = "private, no-store"
    return csp_override(policy)(lambda _request: response)(request)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request, token):
    """Say that a request was one's own: a button, because scanners of mail follow links."""
    submission = get_object_or_404(Submission, pk=number_in(token))
    if request.method == "POST":
        submission.prove()
    context = {"submission": submission, "token": token}
    response = render(request, "portal/proof.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response
