"""The site as files: what is in it, that every page is whole, and what is refused."""

import re
from pathlib import Path

import pytest
from command import call
from site_parser import faults
from tiny_claims import tiny, undecided, useless, wrong

import flatlab.methods
import flatlab.objectives
from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.judge import verify
from flatlab.lab.figures import declarations
from flatlab.report.files import report_of, write_report
from flatlab.report.results import kept_rows
from flatlab.report.site import folder, text
from flatlab.report.site.build import checkout_folder, site
from flatlab.report.site.claim_pages import range_words
from flatlab.report.site.equations import equation, latex_of

ROOT = Path(__file__).parents[2]
MOST_BYTES = 30e6
WITHOUT_EQUATION = ("PerceptronBatch", "TraceForm")  # an oracle and a linear form, said in words


def judged(*claims):
    return report_of([verify(claim, 1) for claim in claims], seed=1, budget="quick")


@pytest.fixture(scope="module")
def small():
    """A site of four small claims without a checkout."""
    claims = [tiny(), wrong(), undecided(), useless()]
    return site({claim.id: claim for claim in claims}, [judged(*claims)], None)


@pytest.fixture(scope="module")
def whole():
    """The site of this checkout, with the evidence of a few claims."""
    claims = installed_claims()
    some = [claims[name] for name in ("bartlett2023/second-axis", "bartlett2023/amplitude")]
    return site(claims, [judged(*some)], checkout_folder())


def page(files, address):
    return files[address].decode()


def test_every_page_is_whole(whole):
    assert faults(whole) == {}
    assert sum(map(len, whole.values())) < MOST_BYTES


def test_a_site_without_a_checkout_is_whole(small):
    assert faults(small) == {}
    assert "gallery.html" not in small
    assert "index.html" in small


def test_every_claim_has_a_page_with_its_statement_as_mathematics(whole):
    for name, claim in installed_claims().items():
        paper, _, short = name.partition("/")
        shown = page(whole, f"claims/{paper}/{short}.html")
        assert str(text.inline(claim.statement)) in shown, name
        assert all(str(text.inline(words)) in shown for words in claim.hypotheses), name
        assert all(control.name in shown or "&" in shown for control in claim.controls), name


def test_every_heading_that_a_claim_names_is_an_anchor_of_the_papers_page(whole):
    for name, claim in installed_claims().items():
        paper, _, short = name.partition("/")
        links = re.findall(r'href="([^"]*)"', page(whole, f"claims/{paper}/{short}.html"))
        headings = (claim.source,) if isinstance(claim.source, str) else claim.source
        led = [link for link in links if link.startswith(f"../../papers/{paper}.html#")]
        assert len(led) >= len(headings), f"{name} has no link to {headings}"


def test_every_figure_and_experiment_is_there_with_its_caption(whole):
    gallery, declared = page(whole, "gallery.html"), declarations(ROOT / "figures")
    for script in sorted((ROOT / "figures").glob("[!_]*.py")):
        assert f'id="{script.stem}"' in gallery
        assert f"figures/{script.stem}.png" in whole
        assert f"<strong>{text.inline(declared[script.stem]['TITLE'])}.</strong>" in gallery, script.stem
    for script in sorted((ROOT / "experiments").glob("*.py")):
        assert f"experiments/{script.stem}.html" in whole


def test_a_claim_without_a_verdict_shows_its_row_of_the_pages_of_results(whole):
    rows = kept_rows(ROOT / "docs")
    name = next(name for name in rows if name not in ("bartlett2023/second-axis", "bartlett2023/amplitude"))
    paper, _, short = name.partition("/")
    shown = page(whole, f"claims/{paper}/{short}.html")
    assert "was built without the evidence" in shown
    observed = rows[name].strip("| ").split(" | ")[5]
    assert observed.replace("-", "−") in shown


def test_the_evidence_is_drawn_from_the_settings(small):
    shown = page(small, "claims/tiny/right.html")
    assert shown.count('<circle class="mark drawn"') == 2 * 2 + 1, "margin against x, observed, and the key"
    assert shown.count('<path class="mark corner"') == 2 + 1
    assert "Histogram of the margins: 3 settings" in shown
    assert 'class="domain"' in shown
    assert "mark drawn failing" in page(small, "claims/tiny/wrong.html")


def test_words_of_the_verdict_are_shown(small):
    overview = page(small, "index.html")
    for word in ("holds", "fails", "inconclusive", "vacuous"):
        assert f'data-status="{word}"' in overview
    assert "the bound is true and useless" in page(small, "claims/tiny/useless.html")


def test_two_builds_give_the_same_bytes(small):
    claims = [tiny(), wrong(), undecided(), useless()]
    again = site({claim.id: claim for claim in claims}, [judged(*claims)], None)
    again = {name: re.sub(rb"<dd>[^<]* s</dd>", b"", content) for name, content in again.items()}
    first = {name: re.sub(rb"<dd>[^<]* s</dd>", b"", content) for name, content in small.items()}
    assert again == first


def test_a_claim_of_a_report_that_is_not_declared_here_is_shown(small):
    files = site({}, [judged(tiny())], None)
    assert faults(files) == {}
    assert "claims/tiny/right.html" in files


@pytest.mark.parametrize("broken", [r"\fraction{a}{b}", r"\undefined x", r"\Bigl\strange x"])
def test_a_formula_that_cannot_be_converted_is_refused(broken):
    with pytest.raises(ValueError, match="formula must be LaTeX that can be shown"):
        text.formula(broken)
    claim = tiny(statement=f"A formula ${broken}$.")
    with pytest.raises(ValueError, match="formula must be LaTeX"):
        site({claim.id: claim}, [], None)


def test_a_formula_keeps_its_source_for_those_who_listen():
    assert 'alttext="a &lt; b"' in text.formula("a < b")
    assert "‖" in text.formula(r"\Bigl\lVert x\Bigr\rVert")


def test_markdown_leads_to_pages_of_the_site_and_nowhere_else():
    source = "# A $x$ b\n\n[there](other.md#part) [gone](gone.md) `tiny/right` and `[x](y)`\n\n## A $x$ b\n"
    made = text.page(
        source,
        lambda target: {"other.md#part": "other.html#part"}.get(target),
        names=lambda words: "right.html" if words == "tiny/right" else None,
    )
    assert '<a href="other.html#part">there</a> gone <a href="right.html"><code>tiny/right</code></a>' in made.html
    assert [heading.anchor for heading in made.headings] == ["a-x-b", "a-x-b-1"]


def test_a_docstring_keeps_sections_fields_and_sessions():
    made = text.docstring(
        "Do ``x``.\n\neta : step size,\n    above 0\nrho : radius\n\n>>> 1 + 1\n2\n\nReturns\n-------\nint"
    )
    assert "<dt><code>eta</code></dt><dd>step size, above 0</dd>" in made
    assert "<p class='section'>Returns</p>" in made
    assert "<pre" in made


@pytest.mark.parametrize("package", [flatlab.methods, flatlab.objectives])
def test_methods_and_objectives_are_shown_with_their_equations(whole, package):
    shown = page(whole, f"{package.__name__.rpartition('.')[2]}.html")
    for name in package.__all__:
        if hasattr(getattr(package, name), "_fields"):
            section = shown.partition(f'id="{name}"')[2].partition("</section>")[0]
            assert "<math" in section or name in WITHOUT_EQUATION, name


@pytest.mark.parametrize(
    ("written", "latex"),
    [
        ("w <- w - eta * g(w)", r"w \leftarrow w - \eta \, g(w)"),
        ("sum_i lambda_i w_i^2", r"\sum _{i} \lambda _{i} w_{i}^{2}"),
        ("sqrt(a + b)/c_(l-1)", r"\sqrt{a + b}/c_{l-1}"),
        ("strength <C, W W^T>", r"\mathrm{strength}\,\langle C, W W^{T}\rangle"),
    ],
)
def test_formulas_in_plain_text_become_latex(written, latex):
    assert latex_of(written) == latex


@pytest.mark.parametrize(
    ("told", "latex"),
    [
        ("The convex f(w) = h(w_0) + a, h a function.", "f(w) = h(w_{0}) + a"),
        ("Descent.\n\nAt x: ``w <- w - g``.", r"w \leftarrow w - g"),
        ("The sum f(w_1) = a(1) ... b of these.", r"f(w_{1}) = a(1) \dots b"),
    ],
)
def test_the_equation_of_a_docstring_ends_where_its_sentence_goes_on(told, latex):
    assert f'alttext="{latex}"' in equation(told)
    assert equation("No formula.") is None


def test_ranges_in_words():
    from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole

    assert range_words(Uniform(0, 2)) == "0 to 2, evenly"
    assert range_words(LogUniform(0.1, 2)) == "0.1 to 2, evenly in the logarithm"
    assert range_words(Whole(2, 9)) == "whole numbers from 2 to 9, evenly"
    assert range_words(Choice(("a", 3))) == "one of a, 3"
    assert range_words(SEED) == "a seed of the problem"


# what is written where


def test_the_command_builds_the_site_of_what_was_verified(tmp_path, monkeypatch):
    monkeypatch.setattr("flatlab.report.site.build.checkout_folder", lambda: None)
    monkeypatch.setattr("flatlab.evidence.discovery.installed_claims", lambda left_out=None: {"tiny/right": tiny()})
    write_report(tmp_path / "out", judged(tiny()))
    for _ in range(2):  # the second time over the first
        done = call("report", "--verdicts", tmp_path / "out", "--output", tmp_path / "site")
        assert done.exit_code == 0, done.output
    assert "index.html" in done.stdout
    assert (tmp_path / "site/claims/tiny/right.html").is_file()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def refusal(*words):
    done = call("report", *words)
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_what_cannot_be_read_is_refused_in_a_sentence(tmp_path):
    output = ["--output", tmp_path / "site"]
    assert "found none at" in refusal("--verdicts", tmp_path / "none.json", *output)
    (tmp_path / "empty").mkdir()
    assert "found none in" in refusal("--verdicts", tmp_path / "empty", *output)
    damaged = tmp_path / "verdicts.json"
    whole = write_report(tmp_path / "full", judged(tiny()))[0].read_text()
    for content in (whole[:200], "[]", whole.replace('"evidence"', '"other"')):
        damaged.write_text(content)
        assert "verdicts must be a file written by `flatlab verify`" in refusal("--verdicts", damaged, *output)
    assert not (tmp_path / "site").exists()


def test_an_output_that_holds_anything_else_is_left_alone(tmp_path):
    file = tmp_path / "file"
    file.write_text("mine")
    assert "is a file" in refusal("--output", file)
    other = tmp_path / "other"
    folder.write_folder(other, {"a/b.html": b"1"})
    (other / "a/mine.txt").write_text("mine")
    assert "holds 'a/mine.txt'" in refusal("--output", other)
    assert (other / "a/b.html").read_bytes() == b"1"
    assert file.read_text() == "mine"


def test_a_folder_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    place = folder.write_folder(tmp_path / "new/site", {"index.html": b"old", "gone.html": b"x"})
    folder.write_folder(place, {"index.html": b"new"})
    assert sorted(path.name for path in place.iterdir()) == ["files.json", "index.html"]

    def full(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        folder.write_folder(place, {"index.html": b"newer"})
    monkeypatch.undo()
    assert (place / "index.html").read_bytes() == b"new"
    assert [path.name for path in place.parent.iterdir()] == ["site"]


def test_a_folder_that_cannot_be_put_in_place_leaves_the_earlier_one(tmp_path, monkeypatch):
    place = folder.write_folder(tmp_path / "site", {"index.html": b"old"})
    replace = folder.os.replace

    def refuse(source, target):
        if str(source).endswith(".part"):
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(folder.os, "replace", refuse)
    with pytest.raises(ValueError, match="permission denied"):
        folder.write_folder(place, {"index.html": b"new"})
    assert (place / "index.html").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


# what the parser sees


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda files: files.pop("static/site.css"), "a dead link to"),
        (lambda files: spoiled(files, '<a href="index.html#none">x</a>'), "anchor"),
        (lambda files: spoiled(files, '<img src="static/icon.svg">'), "alternative"),
        (lambda files: spoiled(files, "<p id='content'></p>"), "twice"),
        (lambda files: spoiled(files, "<p>$x$</p>"), "left as text"),
        (lambda files: spoiled(files, "<div>"), "closes div"),
        (
            lambda files: spoiled(files, '<script src="https://x.org/a.js"></script>'),
            "network",
        ),
    ],
)
def test_the_parser_sees_a_fault(small, spoil, words):
    files = dict(small)
    spoil(files)
    assert any(words in sentence for sentences in faults(files).values() for sentence in sentences)


def spoiled(files, added):
    files["index.html"] = files["index.html"].replace(b"</main>", f"{added}</main>".encode())


# contrast of text and ground, as the guidelines for accessible pages ask: 4.5 to 1

STYLES = (ROOT / "flatlab/report/site/static/site.css").read_text()
PAIRS = [
    *((name, ground) for name in ("text", "quiet", "link") for ground in ("page", "raised")),
    *((name, f"{name}-back") for name in ("good", "bad", "doubt", "plain", "strong")),
    *((name, "raised") for name in ("word", "text-in-code", "comment", "second", "link")),
]


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground"), PAIRS)
def test_text_stands_out(mode, front, ground):
    blocks = re.findall(r":root \{(.*?)\}", STYLES, re.DOTALL)
    assert len(blocks) == 2
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", blocks[mode]))
    light, dark = sorted((luminance(colours[name]) for name in (front, ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_everything_that_the_site_needs_is_packaged():
    import configparser

    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    patterns = setup["options.package_data"]["flatlab.report.site"].replace(",", " ").split()
    home = ROOT / "flatlab/report/site"
    packaged = {path for pattern in patterns for path in home.glob(pattern)}
    needed = {path for part in ("templates", "static") for path in (home / part).rglob("*") if path.is_file()}
    assert needed <= packaged
