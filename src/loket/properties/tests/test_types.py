"""Types of property: what is no value is refused, however large or odd it is."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from loket.properties import types

DAYS = ["9" * 20, "9" * 5000, "253402300800000", "²" * 9, "0000-00-00", "2026-02-30"]
ODD = {
    types.NUMBER: ["1e14", "1e99", "1e999999", "1e-7", "1e-999999", "9" * 5000, "nan", "sNaN", "-inf", "²"],
    types.DATE: DAYS,
    types.DATETIME: [*DAYS, "0001-01-01", "9999-12-31T23:59:59+00:00", "253402300799999"],
}


@pytest.mark.parametrize("kind, raw", [(kind, raw) for kind, values in ODD.items() for raw in values])
def test_what_is_no_such_value_is_refused(kind, raw):
    with pytest.raises(ValidationError):
        kind.parse(raw)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
@pytest.mark.parametrize("raw", ["0001-01-03T00:00:00+00:00", "9999-12-29T23:59:59+00:00"])
def test_every_moment_can_be_shown_everywhere(zone, raw):
    with timezone.override(zone):
        value = types.DATETIME.parse(raw)
        assert types.DATETIME.show(value) and types.DATETIME.export(value)


@pytest.mark.parametrize("raw, text", [("0e-99999", "0"), ("-0", "0"), ("12.50", "12.5"), ("1e3", "1000")])
def test_numbers_are_stored_plainly(raw, text):
    assert types.NUMBER.text(types.NUMBER.parse(raw)) == text
