"""write_report: what is stored is shown, as text, PNG and page; what is not finished says so; bad input is named."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from report.sample_runs import POLICIES, make_runs

from symtune import store
from symtune.domain.results import CriticResult, SuiteResult
from symtune.errors import BadRecordError, MissingExtraError, MissingInputError, RunError
from symtune.evaluation import read_policy_result
from symtune.report import ReportFiles, write_report

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def test_the_text_holds_every_stored_figure(sample_report: ReportFiles, sample_root: Path) -> None:
    text = sample_report.text.read_text()
    assert text == sample_report.tables_text
    for folder in sorted(sample_root.glob("*-evaluate-[0-9]")):
        result = read_policy_result(folder)
        row = next(line for line in text.splitlines() if line.startswith(result.name))
        scores = result.evaluation
        for group in (*scores.by_difficulty.values(), scores.total):
            assert f"{100 * group.pass_at_k['5'].value:.2f}" in row
        if result.gains:
            assert f"{100 * result.gains['5']['total'].relative.value:+.1f}%" in row
    critic = store.load_records(sample_root / "06-evaluate-critic/records/critic.jsonl", CriticResult)[0]
    assert f"{critic.metrics.scores.accuracy.value:.4f}" in text
    growth = store.load_records(sample_root / "02-tests/records/suite.jsonl", SuiteResult)[0].growth
    assert f"before: mean {growth.before.mean:.2f}, median {growth.before.median:g}" in text
    assert f"after: mean {growth.after.mean:.2f}, median {growth.after.median:g}" in text


def test_the_papers_figures_stand_beside_ours_and_are_marked(sample_report: ReportFiles) -> None:
    text = sample_report.tables_text
    assert "0.4250 (p)" in text
    assert "9.42 (p)" in text
    assert "is not a result of these runs" in text


def test_every_figure_is_a_png_of_its_own(sample_report: ReportFiles) -> None:
    assert {path.name for path in sample_report.figures} == {"figure-3.png", "policies-k5.png", "learning-curves.png"}
    for path in sample_report.figures:
        assert path.read_bytes().startswith(PNG_SIGNATURE)
        assert path.stat().st_size > 5_000


def test_the_same_runs_give_the_same_page(sample_report: ReportFiles, sample_root: Path, tmp_path: Path) -> None:
    again = write_report([sample_root], out=tmp_path, title="A <b>sample</b> & more")
    assert again.html.read_bytes() == sample_report.html.read_bytes()


def test_a_run_given_twice_is_shown_once(sample_root: Path, tmp_path: Path) -> None:
    warm_up = sample_root / "08-evaluate-0"
    text = write_report([warm_up, sample_root / "08-evaluate-0/../08-evaluate-0"], out=tmp_path).tables_text
    assert "Read from 1 runs" in text
    assert "Table 1" not in text


def test_a_run_that_is_not_finished_is_shown_with_a_warning(sample_root: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_root / "03-sft", tmp_path / "sft")
    manifest = json.loads((tmp_path / "sft/manifest.json").read_text())
    (tmp_path / "sft/manifest.json").write_text(json.dumps(manifest | {"status": "interrupted"}))
    with (tmp_path / "sft/metrics.jsonl").open("ab") as metrics:
        metrics.write(b'{"step": 121, "lo')
    files = write_report([tmp_path / "sft"], out=tmp_path / "report")
    assert "Not finished: sft (interrupted)." in files.tables_text
    assert "is not finished (status: interrupted)" in files.html.read_text()


def test_problems_past_the_limit_are_left_out_and_the_page_says_so(sample_root: Path, tmp_path: Path) -> None:
    html = write_report([sample_root], out=tmp_path, max_problems=5).html.read_text()
    assert "5 of 12 problems that these runs keep to look at" in html
    assert html.count('"starter_code":') == 5


def test_an_empty_evaluation_is_reported_without_figures(tmp_path: Path) -> None:
    from symtune.evaluation import write_critic_run, write_evaluation_run, write_suite_run

    write_evaluation_run(tmp_path / "a", problems=[], judgements=[], name="none $at$ all", num_resamples=10)
    write_critic_run(tmp_path / "b", predicted=[1], true=[1], name="one", num_resamples=10)
    write_suite_run(tmp_path / "c", original=[], strengthened=[])
    files = write_report([tmp_path], out=tmp_path / "report")
    assert "none $at$ all" in files.tables_text
    assert "nothing to average over" in files.tables_text


@pytest.mark.parametrize("package", ["matplotlib", "jinja2"])
def test_a_missing_extra_names_the_install_line(
    package: str, sample_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'symtune\[report\]'"):
        write_report([sample_root], out=tmp_path)


def test_bad_input_is_named(sample_root: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="nowhere"):
        write_report([tmp_path / "nowhere"], out=tmp_path / "report")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match="holds no run directory"):
        write_report([tmp_path / "empty"], out=tmp_path / "report")
    shutil.copytree(sample_root / "08-evaluate-0", tmp_path / "torn")
    with (tmp_path / "torn/records/programs.jsonl").open("ab") as records:
        records.write(b"{nonsense\n")
    with pytest.raises(BadRecordError, match=r"programs\.jsonl, line 73"):
        write_report([tmp_path / "torn"], out=tmp_path / "report")
    assert not (tmp_path / "report").exists()


def test_no_torch_is_imported(sample_root: Path, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom symtune.report import write_report\n"
        f"write_report([{str(sample_root / '08-evaluate-0')!r}], out={str(tmp_path)!r})\n"
        "print([name for name in ('torch', 'transformers', 'crosshair') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_sample_is_what_it_claims(tmp_path: Path) -> None:
    assert make_runs(tmp_path / "a", num_problems=4, num_samples=5).is_dir()
    assert len(list((tmp_path / "a").glob("*-evaluate-[0-9]"))) == len(POLICIES)
