"""The properties that rooms bring with them, by kind of record and internal name. Nobody else can take those names."""

_built_in = {}


def register(kind, *properties):
    """Add built-in properties to the catalogue of ``kind``; from the owning room's ``AppConfig.ready``."""
    _built_in.setdefault(kind, {}).update({each.name: each for each in properties})


def kinds():
    """The kinds of record that have properties."""
    return list(_built_in)


def built_in(kind):
    """The built-in properties of ``kind`` by name."""
    return _built_in.get(kind, {})
