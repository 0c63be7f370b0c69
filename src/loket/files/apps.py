from django.apps import AppConfig

from loket.records import chores


class FilesConfig(AppConfig):
    name = "loket.files"

    def ready(self):
        files = self.get_model("File").objects
        chores.register("files.purge", files.purge, every=15 * 60)
        chores.register("files.sweep", files.sweep, every=6 * 60 * 60)
