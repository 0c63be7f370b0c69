"""Sign-in, sign-out, forgotten password: allauth's views with Loket's pages, mounted by both doors."""

from allauth.account import views
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from loket.access.policies import AccessPolicy
from loket.access.sign_in.forms import ForgottenPasswordForm, NewPasswordForm, SignInForm


class SignInView(views.LoginView):
    template_name = "access/sign_in.html"
    form_class = SignInForm

    def get_authenticated_redirect_url(self):
        return self.request.mount.prefix

    def get_context_data(self, **kwargs):
        policy = self.request.portal and AccessPolicy.of(self.request.portal)
        ways = {"can_register": policy and policy.is_open, "can_ask_code": policy and policy.allows_codes}
        return super().get_context_data(**kwargs) | ways


class SignOutView(views.LogoutView):
    template_name = "access/sign_out.html"


class PasswordResetView(views.PasswordResetView):
    template_name = "access/password_reset.html"
    form_class = ForgottenPasswordForm


class PasswordResetSentView(views.PasswordResetDoneView):
    template_name = "access/password_reset_sent.html"


class NewPasswordView(views.PasswordResetFromKeyView):
    template_name = "access/new_password.html"
    form_class = NewPasswordForm


class NewPasswordDoneView(views.PasswordResetFromKeyDoneView):
    template_name = "access/new_password_done.html"


@never_cache
def access_denied(request):
    """Someone who may not come in by this door, or no longer (A9)."""
    return render(request, "access/denied.html", status=403)
