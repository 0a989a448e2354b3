"""Time stamps, as botocore reads them and faster."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.utils import parse_timestamp

from console.aws.timestamps import read_timestamp

MOMENT = datetime(2026, 11, 21, 4, 24, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-21T04:24:03Z",
        "2026-11-21T04:24:03.000Z",
        "2026-11-21T06:24:03+02:00",
        "2026-11-21T04:24:03",
        "20261121T042403Z",
        "Sat, 21 Nov 2026 04:24:03 GMT",
        int(MOMENT.timestamp()),
        MOMENT.timestamp(),
        str(int(MOMENT.timestamp())),
        "1795235043.0",
    ],
)
def test_every_form_is_the_same_moment_in_utc(value):
    read = read_timestamp(value)
    assert read == MOMENT
    assert read.utcoffset().total_seconds() == 0


@pytest.mark.parametrize("value", ["2026-11-21T04:24:03.123456Z", 1795235043.25, 0, -1, "2026-11-21"])
def test_it_agrees_with_botocore(value):
    theirs = parse_timestamp(value)
    assert read_timestamp(value) == (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))


@pytest.mark.parametrize("value", ["", "soon", "2026-13-01T00:00:00Z"])
def test_what_is_no_time_stamp_is_an_error(value):
    with pytest.raises(ValueError, match="timestamp"):
        read_timestamp(value)
