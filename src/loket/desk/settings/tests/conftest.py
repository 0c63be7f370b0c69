"""Fixtures of the settings' tests."""

from html.parser import HTMLParser

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
        return sent_by(answer or self.get())

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
        """{field: value or values} as the page shows them now."""
        return sent_by(self.get(name))

    def save(self, name, /, **changes):
        """Send the form as it is shown now with ``changes``; None leaves a field out."""
        return self.send(name, self.shown(name) | changes)

    def send(self, name, values):
        return self.browser.post(self.address(name), {k: v for k, v in values.items() if v is not None})


def sent_by(page):
    """What a browser sends of the settings form of ``page`` when nobody touches it."""
    reader = FormReader()
    reader.feed(page.content.decode())
    return {name: values if len(values) > 1 else values[0] for name, values in reader.values.items()}


class FormReader(HTMLParser):
    """Reads the controls of the form that has a save bar, or is a theme."""

    def __init__(self):
        super().__init__()
        self.values, self.is_inside, self.select, self.textarea = {}, False, None, None

    def add(self, name, value):
        self.values.setdefault(name, []).append(value or "")

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.is_inside = "data-save-bar" in attrs or "data-theme-form" in attrs
        elif not self.is_inside:
            return
        elif tag == "input" and "name" in attrs and "disabled" not in attrs:
            is_box = attrs.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in attrs:
                self.add(attrs["name"], attrs.get("value", "on" if is_box else ""))
        elif tag == "select":
            self.select, self.first = attrs["name"], True
        elif tag == "option" and self.select and (self.first or "selected" in attrs):
            self.values[self.select], self.first = [attrs.get("value", "")], False
        elif tag == "textarea":
            self.textarea = attrs["name"]
            self.add(self.textarea, "")

    def handle_data(self, data):
        if self.textarea:
            self.values[self.textarea][-1] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.is_inside = False
        elif tag in ("select", "textarea"):
            setattr(self, tag, None)
