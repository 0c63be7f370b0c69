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


@pytest.fixture
def page(settings_desk):
    """Any other settings page, by its address under /desk/settings/: ``page("pipelines/1/").save(name="…")``."""
    return lambda address: Page(settings_desk, f"/desk/settings/{address}")


class Page:
    """A page with one form, which Erin sends as it is shown, changed."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address

    def get(self):
        return self.browser.get(self.address)

    def text(self):
        return self.get().content.decode()

    def shown(self, answer=None):
        """{field: value} as the form shows it, on a fresh page or on ``answer``."""
        return shown_values((answer or self.get()).context["form"])

    def save(self, **changes):
        """Send the form as it is shown now with ``changes``; None leaves a field out."""
        return self.send(self.shown() | changes)

    def send(self, values):
        return self.browser.post(self.address, {k: v for k, v in values.items() if v is not None})


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
    for row in getattr(form, "rows", ()):
        values |= shown_values(row)
    for bound in form:
        if bound.name == getattr(form, "listed", None):
            continue
        value = bound.field.prepare_value(bound.value()) if hasattr(bound.field, "prepare_value") else bound.value()
        if isinstance(value, bool):
            value = "on" if value else None
        values[bound.html_name] = value
    return {name: value for name, value in values.items() if value is not None}
