"""Kinds of record: "ticket", "contact", "agent" … Each room registers its own; lower rooms then store kind and id."""

_kinds = {}


def register(kind, model):
    """Make ``model`` known as ``kind``."""
    _kinds[model] = kind


def kind_of(record):
    """The kind of ``record``. Raises KeyError for a model that is no registered kind."""
    return _kinds[record._meta.concrete_model]


def model_of(kind):
    """The model of ``kind``. Raises LookupError for a kind that nobody registered."""
    for model, name in _kinds.items():
        if name == kind:
            return model
    raise LookupError(kind)


def name_of(record):
    """What ``record`` is called in history, at most 255 characters."""
    return str(record)[:255]
