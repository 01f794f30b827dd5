"""The table of verdicts on terminals of any width, and what stands below a line with ``evidence``."""

import dataclasses
import io

import pytest
from rich.console import Console
from tiny_claims import tiny, wrong

from flatlab.evidence.judge import verify
from flatlab.evidence.relations import Equal
from flatlab.report.files import report_of
from flatlab.report.markdown import markdown_page
from flatlab.report.terminal import WIDTHS, VerdictTable

VERDICTS = [verify(tiny(relation=Equal(rtol=1e-12))), verify(wrong())]


def shown(width, verdicts=VERDICTS, evidence=False, color_system=None):
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, color_system=color_system, width=width)
    table = VerdictTable([verdict.id for verdict in verdicts], console, evidence)
    table.header()
    for verdict in verdicts:
        table.row(verdict)
    return written.getvalue()


@pytest.mark.parametrize("width", [20, 40, 60, 64, 66, 80, 100, 120, 300])
def test_tolerance_and_settings_are_shown_at_every_width(width):
    text = shown(width)
    head = text.splitlines()[0]
    for column in ("claim", "status", "tolerance", "settings"):
        assert column in text.partition(VERDICTS[0].id)[0]
    assert "rtol 1e-12" in text
    assert ("margin" in head) == (width >= 80)
    assert all(len(line) <= max(width, 52) for line in text.splitlines())


def test_a_line_is_as_wide_as_the_terminal_or_stands_below_its_claim():
    wide, narrow = shown(300).splitlines(), shown(50).splitlines()
    assert [column for column in WIDTHS if column] == wide[0].split()
    assert narrow[0] == "claim"
    assert narrow[1].split() == ["status", "tolerance", "settings"]
    assert narrow[2] == VERDICTS[0].id
    assert narrow[3].split() == ["holds", "rtol", "1e-12", str(len(VERDICTS[0].evidence))]
    assert narrow[3].index("holds") == narrow[1].index("status") == 4


def test_the_status_is_coloured_in_both_layouts():
    for width in (50, 300):
        assert "\x1b[32mholds\x1b[0m" in shown(width, color_system="standard")


@pytest.mark.parametrize(("searched", "words"), [(300, "of 300 settings"), (0, "of an earlier version")])
def test_the_recorded_setting_is_named(searched, words):
    verdict = dataclasses.replace(VERDICTS[0], nearest={"x": 0.25, "k": "a"}, searched=searched)
    sentence = f"earest setting that a search {words} has recorded: "
    assert f"    n{sentence}x=0.25, k=a\n" in shown(200, [verdict], evidence=True)
    assert "recorded" not in shown(200, [verdict]) + shown(200, VERDICTS, evidence=True)
    assert f'- N{sentence}`{{"x": 0.25, "k": "a"}}`\n' in markdown_page(report_of([verdict], seed=1, budget="quick"))
