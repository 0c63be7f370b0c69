"""Addresses within a portal; it is mounted at ``/<slug>/``."""

from django.urls import path

from loket.access.sign_in.urls import portal_urlpatterns as sign_in
from loket.portal.views import (
    closures,
    files,
    languages,
    lists,
    new_tickets,
    pictures,
    previews,
    replies,
    sessions,
    similar,
    themes,
    tickets,
)

handler400 = "loket.config.faults.bad_request"
handler403 = "loket.config.faults.forbidden"
handler404 = "loket.config.faults.not_found"
handler500 = "loket.config.faults.broken"

urlpatterns = [
    path("", lists.tickets, name="tickets"),
    path("tickets.csv", lists.tickets_csv, name="tickets-csv"),
    path("tickets/<int:pk>/", tickets.ticket, name="ticket"),
    path("tickets/<int:pk>/live/", tickets.live, name="ticket-live"),
    path("tickets/<int:pk>/reading/", tickets.reading, name="ticket-reading"),
    path("tickets/<int:pk>/replies/", replies.replies, name="ticket-replies"),
    path("tickets/<int:pk>/closure/", closures.create_closure, name="ticket-closure"),
    path("new/<int:pk>/", new_tickets.new_ticket, name="new-ticket"),
    path("similar/", similar.similar, name="similar"),
    path("uploads/", files.uploads, name="uploads"),
    path("uploads/<uuid:token>/removal/", files.create_upload_removal, name="upload-removal"),
    path("files/<int:pk>/<str:name>", files.file, name="file"),
    path("files/<int:pk>/preview/<str:name>", files.file_preview, name="file-preview"),
    path("messages/<int:pk>/pictures/", pictures.message_pictures, name="message-pictures"),
    path("language/", languages.create_language_choice, name="language-choice"),
    path("settings/sessions/", sessions.show_sessions, name="sessions"),
    path("settings/sessions/ending/", sessions.create_ending, name="sessions-ending"),
    path("theme-<slug:version>.css", themes.sheet, name="theme-sheet"),
    path("theme/<int:pk>/", themes.picture, name="theme-picture"),
    path("preview/ending/", previews.create_ending, name="preview-ending"),
    path("preview/<str:token>/", previews.preview, name="preview"),
    *sign_in,
]
