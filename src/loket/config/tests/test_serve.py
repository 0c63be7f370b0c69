"""The web server's processes share nothing of the database with the process they are forked from."""

import threading

import pytest

from loket.config.tests.installation import Visitor, await_truth

pytestmark = pytest.mark.installation


@pytest.mark.parametrize("where", ["install", "install_on_postgresql"])
def test_two_processes_never_get_each_others_rows(where, request):
    installation = request.getfixturevalue(where)()
    installation.serve("--workers", "2")
    await_truth(installation.answers)
    visitor = Visitor(installation.port)
    visitor.sign_in("alice@example.com")
    answers, pages = [], ["/support/tickets/1/", "/support/", "/support/settings/sessions/"]

    def look():
        tab = Visitor(installation.port)
        tab.cookies = dict(visitor.cookies)
        for number in range(30):
            answers.append(tab.get(pages[number % len(pages)]).status)

    tabs = [threading.Thread(target=look) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(60)
    assert answers == [200] * 120
