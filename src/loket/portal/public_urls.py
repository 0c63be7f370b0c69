"""Addresses of pages for everybody, outside of every portal; mounted at ``/forms/``."""

from django.urls import path

from loket.portal.views import public_forms

urlpatterns = [
    path("<int:pk>/", public_forms.public_form, name="public-form"),
    path("proof/<str:token>/", public_forms.proof, name="form-proof"),
]
