"""Log lines without what people wrote."""

import logging
import sys

from patientsakerhet.lib.logs import WithoutRowContents


def logged(error):
    try:
        raise error
    except type(error):
        record = logging.LogRecord(
            "avvikelse", logging.ERROR, __file__, 1, "Det gick inte", None, sys.exc_info()
        )
    return WithoutRowContents().format(record)


def test_a_refused_row_is_left_out():
    line = logged(
        ValueError(
            'new row for relation "case" violates check constraint "case_is_whole"\n'
            "DETAIL:  Failing row contains (7, Anna Ek fick fel\ndos av läkemedlet, 2026-11-02).\n"
        )
    )

    assert "case_is_whole" in line
    assert "DETAIL: (left out)" in line
    for private in ("Anna", "dos av", "2026-11-02"):
        assert private not in line


def test_a_plain_error_is_told_in_full():
    line = logged(ValueError("filen finns inte"))

    assert line.startswith("ERROR avvikelse Det gick inte\n")
    assert line.endswith("ValueError: filen finns inte")
