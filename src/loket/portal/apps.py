from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "loket.portal"

    def ready(self):
        from loket.records import addresses

        addresses.register("ticket", lambda portal, pk: portal.address(f"tickets/{pk}/"))
        addresses.register("attachment", lambda portal, pk: portal.address(f"files/{pk}/"))
