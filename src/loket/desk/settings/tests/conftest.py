"""Fixtures of the settings' tests."""

import pytest


@pytest.fixture
def settings_desk(at_desk, erin):
    """Erin's browser at the desk."""
    return at_desk(erin)


@pytest.fixture
def tab(settings_desk, portal):
    """The portal's tabs: ``tab.get("general")``, ``tab.save("general", name="…")`` sends the form as it was shown, changed."""
    return Tab(settings_desk, portal)


class Tab:
    def __init__(self, browser, portal):
        self.browser, self.portal = browser, portal

    def address(self, name):
        return f"/desk/settings/customer-portal/{self.portal.pk}/{name}/"

    def get(self, name):
        return self.browser.get(self.address(name))

    def shown(self, name):
        """{field: value} as the form shows it now."""
        return shown_values(self.get(name).context["form"])

    def save(self, name, /, **changes):
        """Send the form as it is shown now with ``changes``; None leaves a field out."""
        return self.send(name, self.shown(name) | changes)

    def send(self, name, values):
        return self.browser.post(self.address(name), {k: v for k, v in values.items() if v is not None})


def shown_values(form):
    """What a browser would send of a form that nobody touched."""
    values = {}
    for bound in form:
        value = bound.field.prepare_value(bound.value()) if hasattr(bound.field, "prepare_value") else bound.value()
        if isinstance(value, bool):
            value = "on" if value else None
        values[bound.html_name] = value
    return {name: value for name, value in values.items() if value is not None}
