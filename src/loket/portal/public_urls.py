"""Addresses of pages for everybody, outside of every portal; mounted at ``/forms/``."""

from django.urls import path

from loket.portal.views import public_forms, public_uploads

urlpatterns = [
    path("<int:pk>/", public_forms.public_form, name="public-form"),
    path("<int:pk>/uploads/", public_uploads.uploads, name="public-uploads"),
    path("<int:pk>/uploads/<uuid:token>/removal/", public_uploads.create_upload_removal, name="public-upload-removal"),
    path("proof/<str:token>/", public_forms.proof, name="form-proof"),
]
