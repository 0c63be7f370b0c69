"""Addresses of sign-in, for the urlconf of either door, and those for portals only.

The names are allauth's where its code reverses them.
"""

from django.urls import path, re_path

from loket.access.sign_in import coding, consenting, registering, single, stepping, two_steps, views
from loket.access.sign_in.single import without_sso

urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="account_login"),
    path("sign-in/second-step/", without_sso(stepping.take_step), name="second-step"),
    path("second-factor/", without_sso(two_steps.show_factor), name="second-factor"),
    path("second-factor/set-up/", without_sso(two_steps.set_up), name="second-factor-set-up"),
    path("second-factor/codes/", without_sso(two_steps.create_codes), name="second-factor-codes"),
    path("second-factor/removal/", without_sso(two_steps.create_removal), name="second-factor-removal"),
    path("sign-out/", views.SignOutView.as_view(), name="account_logout"),
    path("password-reset/", without_sso(views.PasswordResetView.as_view()), name="account_reset_password"),
    path(
        "password-reset/sent/", without_sso(views.PasswordResetSentView.as_view()), name="account_reset_password_done"
    ),
    path(
        "password-reset/done/",
        without_sso(views.NewPasswordDoneView.as_view()),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password-reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        without_sso(views.NewPasswordView.as_view()),
        name="account_reset_password_from_key",
    ),
    path("access-denied/", views.access_denied, name="access-denied"),
    path("access-denied/inactive/", views.access_denied, name="account_inactive"),
]

portal_urlpatterns = [
    *urlpatterns,
    path("register/", without_sso(registering.register), name="register"),
    path("register/sent/", without_sso(registering.register_sent), name="register-sent"),
    path("register/<str:token>/", without_sso(registering.accept_registration), name="registration"),
    path("consent/", consenting.consent, name="consent"),
    path("sign-in/sso/", single.begin, name="sign-in-sso"),
    path("sign-in/sso/callback/", single.come_back, name="sign-in-sso-callback"),
    path("sign-in/code/", without_sso(coding.ask_code), name="sign-in-code"),
    path("sign-in/code/check/", without_sso(coding.check_code), name="sign-in-code-check"),
]
