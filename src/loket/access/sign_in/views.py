"""Sign-in, sign-out, forgotten password: allauth's views with Loket's pages, mounted by both doors."""

from allauth.account import views
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from loket.access.pages import Page, looks
from loket.access.policies import AccessPolicy
from loket.access.sign_in import single
from loket.access.sign_in.forms import ForgottenPasswordForm, NewPasswordForm, SignInForm
from loket.access.single_sign_on import sso_of


class Standing:
    """A view whose page looks as the portal wants its ``page`` (G1)."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | looks(self.request.portal, self.page)


class SignInView(Standing, views.LoginView):
    page = Page.SIGN_IN
    template_name = "access/sign_in.html"
    form_class = SignInForm

    def dispatch(self, request, *args, **kwargs):
        if not sso_of(request.portal):
            return super().dispatch(request, *args, **kwargs)
        if request.method not in ("GET", "HEAD"):
            raise Http404
        return single.show(request)

    def get_authenticated_redirect_url(self):
        return self.request.mount.prefix

    def get_context_data(self, **kwargs):
        policy = self.request.portal and AccessPolicy.of(self.request.portal)
        ways = {"can_register": policy and policy.is_open, "can_ask_code": policy and policy.allows_codes}
        return super().get_context_data(**kwargs) | ways


class SignOutView(Standing, views.LogoutView):
    page = Page.SIGN_OUT
    template_name = "access/sign_out.html"


class PasswordResetView(Standing, views.PasswordResetView):
    page = Page.RESET_REQUEST
    template_name = "access/password_reset.html"
    form_class = ForgottenPasswordForm


class PasswordResetSentView(Standing, views.PasswordResetDoneView):
    page = Page.RESET_REQUEST
    template_name = "access/password_reset_sent.html"


class NewPasswordView(Standing, views.PasswordResetFromKeyView):
    page = Page.RESET
    template_name = "access/new_password.html"
    form_class = NewPasswordForm


class NewPasswordDoneView(Standing, views.PasswordResetFromKeyDoneView):
    page = Page.RESET
    template_name = "access/new_password_done.html"


@never_cache
def access_denied(request):
    """Someone who may not come in by this door, or no longer (A9)."""
    return render(request, "access/denied.html", looks(request.portal, Page.DENIED), status=403)
