"""The first run: one page that makes a portal with all it needs, then what remains before customers can come in (R1)."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loket.access.models import Membership
from loket.desk.agents import agent_required
from loket.desk.settings.links import missing_of
from loket.desk.settings.saving import is_saved
from loket.desk.settings.shell import administrator_required, portal_or_404
from loket.desk.setup_forms import CustomerForm, SetupForm
from loket.people.models import User
from loket.portals.models import Portal


@agent_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_setup(request):
    """Ask for the first portal, or make it. Others learn who can do that; once there is a portal it is all done."""
    if Portal.objects.exists():
        return redirect("desk")
    if not request.user.is_administrator:
        return refuse_setup(request)
    form, opened = SetupForm(request.POST or None), []

    def write(_values):
        opened.append(form.open(by=request.user))

    if request.method == "POST" and is_saved(request, form, write, told=""):
        return redirect("setup-remains", opened[0].pk)
    return render(request, "desk/setup.html", {"form": form}, status=422 if form.is_bound else 200)


def refuse_setup(request):
    """Who of the team can set it up."""
    if request.method == "POST":
        raise PermissionDenied
    return render(request, "desk/not_set_up.html", {"administrators": User.objects.administrators()})


@administrator_required
@require_safe
def show_setup(request, portal_id):
    return render_setup(request, portal_or_404(portal_id), CustomerForm())


def render_setup(request, portal, form, status=200):
    """What remains before the portal can be on, each with the place where it is done."""
    members = Membership.objects.filter(portal=portal).select_related("contact").order_by("pk")[:3]
    context = {"portal": portal, "missing": missing_of(portal), "members": members, "form": form}
    return render(request, "desk/setup_remains.html", context, status=status)


@administrator_required
@require_POST
def create_customer(request, portal_id):
    """Let a first customer in."""
    portal, form = portal_or_404(portal_id), CustomerForm(request.POST)
    if is_saved(request, form, lambda _values: form.invite(portal, by=request.user), told=""):
        return redirect("setup-remains", portal_id)
    return render_setup(request, portal, form, status=422)
