from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "loket.access"

    def ready(self):
        from loket.access import admission, codes, locks, needs, own_texts, pages, registrations
        from loket.access.forgotten import answer_due
        from loket.access.models import DeskEntry
        from loket.portals.models import copied
        from loket.records import chores, kinds, readiness, uses
        from loket.records.own_texts import register

        kinds.register("entry", DeskEntry)
        chores.register("answer forgotten passwords", answer_due, every=1)
        chores.register("mail registrations", registrations.mail_due, every=1)
        chores.register("admit access groups", admission.admit, every=10)
        chores.register("mail invitations", admission.mail_due, every=2)
        chores.register("mail codes for sign-in", codes.mail_due, every=1)
        chores.register("forget wrong passwords", locks.forget_stale, every=3600)
        readiness.register(needs.entry_to)
        uses.register_finder("portal", needs.members_of)
        uses.register_finder("segment", needs.portals_admitting)
        register(own_texts.words_of_pages)
        register(own_texts.words_of_registration_mail)
        register(own_texts.words_of_consent)
        copied.connect(pages.copy_pages, dispatch_uid="system pages")
