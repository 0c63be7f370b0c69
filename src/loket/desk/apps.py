from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "loket.desk"

    def ready(self):
        from loket.access.models import desk_address
        from loket.records import addresses

        addresses.register("desk ticket", lambda _portal, pk: desk_address(f"tickets/{pk}/"))
