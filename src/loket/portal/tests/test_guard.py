"""Everything in this door begins at sight: read from its source."""

import ast
from pathlib import Path

DOOR = Path(__file__).resolve().parents[1]
BEGINNINGS = {"visible_to", "in_sight", "shown_of"}
WATCHED = {"Ticket", "Message", "Attachment"}
INTERNAL = {"Comment", "Note", "Event", "TicketLooking"}


def sources():
    return [path for path in DOOR.rglob("*.py") if "tests" not in path.parts and "migrations" not in path.parts]


def bare_managers(tree):
    """Uses of ``Model.objects`` of a watched model that do not begin in sight, nor are handed to it."""
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager")):
            continue
        if not (isinstance(node.value, ast.Name) and node.value.id in WATCHED):
            continue
        parent = parents[node]
        called = isinstance(parent, ast.Attribute) and parent.attr in BEGINNINGS
        handed = isinstance(parent, ast.Call) and node in parent.args and is_sights(parent.func)
        if not (called or handed):
            yield node.lineno


def is_sights(function):
    """Whether this is ``<…>.sight.rows``, ``.walk``, ``.count`` or ``.values``, which take a manager."""
    return (
        isinstance(function, ast.Attribute)
        and function.attr in ("rows", "walk", "count", "values")
        and isinstance(function.value, ast.Attribute)
        and function.value.attr == "sight"
    )


def test_no_bare_manager_of_tickets_messages_attachments():
    found = {path.name: list(bare_managers(ast.parse(path.read_text()))) for path in sources()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_the_guard_sees_what_it_should():
    for bare in (
        "Ticket.objects.get(pk=1)",
        "Message.objects.shown()",
        "x(Attachment.objects)",
        "Ticket._base_manager.all()",
    ):
        assert list(bare_managers(ast.parse(bare))) == [1]
    for fine in ("Ticket.objects.visible_to(a, b).get(pk=1)", "self.sight.rows(Ticket.objects, [])"):
        assert list(bare_managers(ast.parse(fine))) == []


def test_internal_tables_are_not_even_imported():
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom | ast.Import):
                names = {alias.name for alias in node.names}
                assert not names & INTERNAL, path
                assert not (getattr(node, "module", "") or "").startswith("loket.history"), path
                assert not any(name.startswith("loket.history") for name in names), path
