"""Addresses of the desk, mounted at /desk/."""

from django.urls import include, path

from loket.access.sign_in import urls as sign_in
from loket.desk.settings import urls as settings
from loket.desk.views import (
    assignments,
    comments,
    companies,
    contacts,
    conversations,
    files,
    letters,
    looking,
    mails,
    notes,
    pauses,
    pictures,
    priorities,
    properties,
    removals,
    replies,
    saved_views,
    setups,
    statuses,
    ticket_views,
    tickets,
    uploads,
)

handler400 = "loket.config.faults.bad_request"
handler403 = "loket.config.faults.forbidden"
handler404 = "loket.config.faults.not_found"
handler500 = "loket.config.faults.broken"

urlpatterns = [
    path("", ticket_views.show_desk, name="desk"),
    path("setup/", setups.create_setup, name="setup"),
    path("setup/<int:portal_id>/", setups.show_setup, name="setup-remains"),
    path("setup/<int:portal_id>/customers/", setups.create_customer, name="setup-customers"),
    path("views/<slug:view>/", ticket_views.show_view, name="view"),
    path("saved-views/new/", saved_views.create_saved_view, name="saved-view-new"),
    path("saved-views/<int:view_id>/", saved_views.edit_saved_view, name="saved-view"),
    path("saved-views/<int:view_id>/deletion/", saved_views.delete_saved_view, name="saved-view-deletion"),
    path("tickets/<int:ticket_id>/", tickets.show_ticket, name="ticket"),
    path("tickets/<int:ticket_id>/live/", tickets.show_news, name="ticket-live"),
    path("tickets/<int:ticket_id>/looking/", looking.create_look, name="ticket-looking"),
    path("tickets/<int:ticket_id>/replies/", replies.create_reply, name="ticket-replies"),
    path("tickets/<int:ticket_id>/comments/", comments.create_comment, name="ticket-comments"),
    path("tickets/<int:ticket_id>/notes/", notes.create_ticket_note, name="ticket-notes"),
    path("tickets/<int:ticket_id>/assignment/", assignments.create_assignment, name="ticket-assignment"),
    path("tickets/<int:ticket_id>/status/", statuses.update_status, name="ticket-status"),
    path("tickets/<int:ticket_id>/showing/", conversations.update_showing, name="ticket-showing"),
    path("tickets/<int:ticket_id>/closure/", statuses.create_closure, name="ticket-closure"),
    path("tickets/<int:ticket_id>/reopening/", statuses.create_reopening, name="ticket-reopening"),
    path("tickets/<int:ticket_id>/spam/", removals.create_spam, name="ticket-spam"),
    path("tickets/<int:ticket_id>/discard/", removals.create_discard, name="ticket-discard"),
    path("tickets/<int:ticket_id>/restoration/", removals.create_restoration, name="ticket-restoration"),
    path("tickets/<int:ticket_id>/priority/", priorities.update_priority, name="ticket-priority"),
    path("tickets/<int:ticket_id>/properties/", properties.edit_properties, name="ticket-properties"),
    path("contacts/<int:contact_id>/", contacts.show_contact, name="contact"),
    path("contacts/<int:contact_id>/notes/", notes.create_contact_note, name="contact-notes"),
    path("companies/<int:company_id>/", companies.show_company, name="company"),
    path("companies/<int:company_id>/notes/", notes.create_company_note, name="company-notes"),
    path("outbox/", letters.show_outbox, name="outbox"),
    path("outbox/pause/", pauses.show_pause, name="pause"),
    path("outbox/resumption/", pauses.create_resumption, name="resumption"),
    path("outbox/<int:letter_id>/", letters.show_letter, name="letter"),
    path("outbox/deliveries/<int:delivery_id>/retry/", letters.create_retry, name="delivery-retry"),
    path(
        "outbox/deliveries/<int:delivery_id>/cancellation/", letters.create_cancellation, name="delivery-cancellation"
    ),
    path("mail/", mails.show_mails, name="mails"),
    path("mail/<slug:place>/", mails.show_mails, name="mails-in"),
    path("mail/<int:mail_id>/details/", mails.show_mail, name="mail"),
    path("mail/<int:mail_id>/raw/", mails.show_raw, name="mail-raw"),
    path("mail/<int:mail_id>/release/", mails.create_release, name="mail-release"),
    path("mail/<int:mail_id>/spam/", mails.create_spam, name="mail-spam"),
    path("mail/<int:mail_id>/discard/", mails.create_discard, name="mail-discard"),
    path("mail/<int:mail_id>/restoration/", mails.create_restoration, name="mail-restoration"),
    path("uploads/", uploads.create_upload, name="uploads"),
    path("files/<int:attachment_id>/preview/<str:name>", files.show_preview, name="file-preview"),
    path("files/<int:attachment_id>/<str:name>", files.show_file, name="file"),
    path("comment-files/<int:attachment_id>/<str:name>", files.show_comment_file, name="comment-file"),
    path("messages/<int:message_id>/pictures/", pictures.show_pictures, name="message-pictures"),
    path("settings/", include(settings)),
    *sign_in.urlpatterns,
]
