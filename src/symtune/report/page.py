"""Everything a report shows -> one HTML page that loads nothing and runs no text of a program.

Texts reach the page in two ways: through jinja2 with escaping on, or in one JSON block whose ``<``, ``>`` and ``&`` are
written as escapes, so that no text can end the block; the page's script puts them in as text, never as markup. A content
security policy with the digests of the page's own script and style refuses everything else.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import symtune.report.paper as paper
import symtune.report.paper_rlef as paper_rlef
import symtune.report.tables as tables
from symtune.domain import Json, Outcome
from symtune.domain.results import (
    DIFFICULTIES,
    BrowsableProblem,
    BrowsableProgram,
    CriticResult,
    PolicyResult,
    SuiteResult,
)
from symtune.errors import MissingExtraError
from symtune.report.dialogues import dialogue_form, dialogues_lead, episode_facts
from symtune.report.episodes import episode_tables, paper_solve_table
from symtune.report.figures import Figure
from symtune.report.power import power_tables, problem_table
from symtune.report.sources import ReportData, StoredRun

TEMPLATES = Path(__file__).parent / "templates"

METHOD_NOTES = (
    "pass@k is the unbiased estimate 1 - C(n-c, k) / C(n, k) per problem, averaged over problems.",
    "Intervals are 95% percentile-bootstrap intervals; problems are drawn with all their programs. Gains over a "
    "baseline draw the same problems for both.",
    "A program that the judge could not judge is counted as unjudged and enters no figure.",
    "Lines and branches of a reference count as reached when a case of the suite ran them; a branch is one outcome of one decision.",
    "A mutation score leaves out the mutants that were found equal to their reference within bounds, by proof or by runs; undecided ones count as survivors.",
    "n@k draws k // turns of a problem's rollouts without replacement, submits n of their final programs, those that pass the public tests "
    "first, and is exact; a rollout spends its turn limit, also where it stops early.",
    "'always the most frequent outcome' knows the shares of the very programs it is measured on.",
)


def render_page(data: ReportData, *, title: str, suite_figures: Sequence[Figure], policy_figures: Sequence[Figure],
                power_figures: Sequence[Figure] = (), played_figures: Sequence[Figure] = (), curves: Figure | None = None) -> str:  # fmt: skip
    """Return the page as text.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    try:
        import jinja2
        from markupsafe import Markup
    except ImportError as error:
        raise MissingExtraError("jinja2", extra="report") from error
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    style, *scripts = ((TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "page.js", "dialogues.js"))
    script = "\n".join(scripts)
    text: str = environment.get_template("page.html.j2").render(
        title=title,
        subtitle=_subtitle(data),
        style=Markup(style),
        style_hash=_csp_hash(style),
        script=Markup(script),
        script_hash=_csp_hash(script),
        data=Markup(embed_json(_browser_data(data))),
        facts=_facts(data),
        sections=_sections(data, has_curves=curves is not None),
        policy_tables=tables.policy_tables(data.policies),
        policy_figures=[_figure(figure) for figure in policy_figures],
        paper_policies=tables.paper_policy_table(),
        paper_critics=tables.paper_critic_table(),
        outcomes=tables.outcome_table(data.policies),
        outcome_names=[outcome.value for outcome in reversed(Outcome)],
        outcome_bars=[_outcome_bar(policy) for policy in data.policies],
        critic_table=tables.critic_table(data.critics),
        critics=[_confusion(critic) for critic in data.critics],
        suites=[_suite(suite, figure) for suite, figure in zip(data.suites, suite_figures, strict=True)],
        power_tables=power_tables([one.result for one in data.power]),
        power_figures=[_figure(figure) for figure in power_figures],
        power_problems=[problem_table(one.rows, name=one.result.name) for one in data.power],
        episode_tables=episode_tables(data.episodes),
        paper_rates=paper_solve_table(),
        episode_figures=[_figure(figure) for figure in played_figures],
        dialogues_lead=dialogues_lead(data) if data.dialogues else "",
        curves=_figure(curves) if curves else None,
        problems_lead=_problems_lead(data),
        word_columns=("causes", "notes"),
        runs=[_run(stored) for stored in data.runs],
        versions=_versions(data.runs),
        warnings=_warnings(data.runs),
        method_notes=METHOD_NOTES,
        symtune_version=data.runs[0].run.versions.get("symtune", ""),
    )
    return text.encode("utf-8", "backslashreplace").decode()


def embed_json(form: Json) -> str:
    """Return JSON that may stand inside a ``<script>`` element: pure ASCII, and no text in it can end the element."""
    text = json.dumps(form, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for mark in "<>&":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def _csp_hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _browser_data(data: ReportData) -> Json:
    names = {problem.difficulty for problem in data.problems.values() if problem.difficulty}
    ordered = [name for name in DIFFICULTIES if name in names]
    return {
        "difficulties": [*ordered, *sorted(names - set(ordered))],
        "problems": [_problem(problem, data.programs[name]) for name, problem in data.problems.items()],
        "dialogues": [dialogue_form(one) for one in data.dialogues],
    }


def _problem(problem: BrowsableProblem, programs: Sequence[BrowsableProgram]) -> dict[str, Json]:
    form = problem.to_json()
    return {key: value for key, value in form.items() if key != "num_tests_before"} | {
        "before": problem.num_tests_before,
        "programs": [_program(program) for program in programs],
    }


def _program(program: BrowsableProgram) -> dict[str, Json]:
    form: dict[str, Json] = {
        "id": program.program_id,
        "policy": program.policy,
        "label": program.label,
        "source": program.source,
        "outcome": "unjudged",
    }
    judgement = program.judgement
    if judgement is None:
        return form | {"unjudged_reason": program.unjudged_reason or "no reason was stored"}
    failure = judgement.first_failure
    return form | {
        "outcome": judgement.outcome.value,
        "cause": judgement.cause.value if judgement.cause else None,
        "num_passed": judgement.num_passed,
        "num_cases": judgement.num_cases,
        "failure": failure.to_json() if failure else None,
        "failed_case": program.failed_case.to_json() if program.failed_case else None,
    }


def _figure(figure: Figure) -> dict[str, str]:
    def uri(svg: bytes) -> str:
        return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()

    return {
        "key": figure.key,
        "title": figure.title,
        "caption": figure.caption,
        "alt": figure.alt,
        "light_uri": uri(figure.svg),
        "dark_uri": uri(figure.svg_dark),
    }


def _subtitle(data: ReportData) -> str:
    counts = [
        (len(data.policies), "policy", "policies"),
        (len(data.critics), "critic", "critics"),
        (len(data.episodes), "evaluation of episodes", "evaluations of episodes"),
        (data.num_problems_found, "problem", "problems"),
    ]
    parts = [_count(*count) for count in counts if count[0]] or ["No results"]
    listed = " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
    return (
        f"{listed}, read from {_count(len(data.runs), 'run', 'runs')}. "
        f"The tables follow {_papers(data)}; their own figures stand beside ours, marked as theirs."
    )


def _papers(data: ReportData) -> str:
    is_first = bool(data.policies or data.critics or data.suites) or not data.episodes
    return " and ".join(name for name, is_used in ((paper.NAME, is_first), (paper_rlef.NAME, bool(data.episodes))) if is_used)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _facts(data: ReportData) -> list[dict[str, str]]:
    """Return the few figures a reader wants first."""
    facts = []
    scored = [(policy, max(policy.evaluation.ks)) for policy in data.policies]
    scored = [(policy, paper.POLICIES_K if paper.POLICIES_K in policy.evaluation.ks else k) for policy, k in scored]
    rated = [(estimate.value, policy, k, estimate) for policy, k in scored
             if (estimate := policy.evaluation.total.pass_at_k[str(k)]).value is not None]  # fmt: skip
    if rated:
        value, policy, k, estimate = max(rated, key=lambda item: item[0] or 0.0)
        interval = "" if estimate.low is None or estimate.high is None else (
            f", {100 * estimate.low:.1f} to {100 * estimate.high:.1f}")  # fmt: skip
        facts.append({"name": f"Best pass@{k}", "figure": f"{100 * (value or 0):.1f}%", "more": f"{policy.name}{interval}"})
        gain = policy.gains.get(str(k), {}).get("total")
        if gain and gain.relative.value is not None:
            facts.append({
                "name": f"Its gain over {policy.baseline}",
                "figure": f"{100 * gain.relative.value:+.0f}%",
                "more": "relative" if gain.relative.low is None or gain.relative.high is None
                else f"relative, {100 * gain.relative.low:+.0f} to {100 * gain.relative.high:+.0f}",
            })  # fmt: skip
    facts += episode_facts(data)
    for suite in data.suites[:1]:
        growth = suite.growth
        if growth.before.mean is not None and growth.after.mean is not None:
            facts.append({
                "name": "Tests per problem" if len(data.suites) == 1 else f"Tests per problem, {suite.name}",
                "figure": f"{growth.before.mean:.1f} → {growth.after.mean:.1f}",
                "more": f"means; median {growth.before.median:g} → {growth.after.median:g}",
            })  # fmt: skip
    for measured in data.power[:1]:
        before, now = measured.result.before.wrong_accepted.value, measured.result.after.wrong_accepted.value
        rejected = measured.result.after.right_rejected.value
        if before is not None and now is not None:
            facts.append({
                "name": "Wrong programs accepted" if len(data.power) == 1 else f"Wrong programs accepted, {measured.result.name}",
                "figure": f"{100 * before:.1f}% → {100 * now:.1f}%",
                "more": "" if rejected is None else f"right ones rejected: {100 * rejected:.1f}%",
            })  # fmt: skip
    critics = [critic for critic in data.critics if critic.metrics.scores.accuracy.value is not None]
    if critics:
        best = max(critics, key=lambda critic: critic.metrics.scores.accuracy.value or 0.0)
        majority = best.metrics.baselines["majority"].accuracy.value or 0.0
        facts.append({
            "name": "Best critic's accuracy",
            "figure": f"{100 * (best.metrics.scores.accuracy.value or 0.0):.1f}%",
            "more": f"{best.name}; most frequent outcome {100 * majority:.1f}%",
        })  # fmt: skip
    return facts


def _sections(data: ReportData, *, has_curves: bool) -> list[tuple[str, str]]:
    wanted = [
        ("policies", "Policies", bool(data.policies)),
        ("episodes", "Episodes", bool(data.episodes)),
        ("critics", "Critics", bool(data.critics)),
        ("suites", "Suites", bool(data.suites)),
        ("power", "Power", bool(data.power)),
        ("training", "Training", has_curves),
        ("dialogues", "Dialogues", bool(data.dialogues)),
        ("problems", "Problems", True),
        ("making", "How this was made", True),
    ]
    return [(key, name) for key, name, is_there in wanted if is_there]


def _outcome_bar(policy: PolicyResult) -> dict[str, Any]:
    start, parts = 0.0, []
    for outcome in reversed(Outcome):
        width = 100 * policy.evaluation.total.outcome_fractions[outcome.value]
        parts.append({"name": outcome.value, "start": f"{start:.3f}", "width": f"{width:.3f}"})
        start += width
    return {"name": policy.name, "parts": parts}


def _confusion(critic: CriticResult) -> dict[str, Any]:
    names = [outcome.value.replace("_", " ") for outcome in Outcome]
    rows = []
    for name, counts in zip(names, critic.metrics.confusion, strict=True):
        total = max(sum(counts), 1)
        cells = [
            {"count": f"{count:,}", "share": f"{100 * count / total:.0f}%", "heat": min(5, -(-5 * count // total))}
            for count in counts
        ]
        rows.append({"name": name, "cells": cells})
    return {"name": critic.name, "names": names, "rows": rows}


def _suite(suite: SuiteResult, figure: Figure) -> dict[str, Any]:
    growth = suite.growth
    blocks = [
        ("Cases by origin", {name: f"{count:,}" for name, count in growth.num_by_origin.items()}),
        ("Inputs dropped, by reason", {name: f"{count:,}" for name, count in growth.dropped_inputs.items()}),
        ("Problems without new cases, by reason", {name: f"{n:,}" for name, n in growth.skipped_problems.items()}),
        ("Seconds by explorer", {name: f"{spent:,.1f}" for name, spent in growth.seconds_by_explorer.items()}),
    ]
    blocks = [(title, {name.replace("_", " "): figure for name, figure in rows.items()}) for title, rows in blocks]
    return {
        "figure": _figure(figure),
        "blocks": [{"title": title, "rows": list(rows.items())} for title, rows in blocks if rows],
    }


def _problems_lead(data: ReportData) -> str:
    shown = len(data.problems)
    num_programs = sum(len(programs) for programs in data.programs.values())
    which = "All" if shown == data.num_problems_found else f"{shown:,} of"
    programs = f", with {_count(num_programs, 'program', 'programs')} chosen to differ in verdict" if num_programs else ""
    return f"{which} {_count(data.num_problems_found, 'problem', 'problems')} that these runs keep to look at{programs}."


def _run(stored: StoredRun) -> dict[str, Any]:
    run = stored.run
    return {
        "label": stored.label,
        "stage": run.stage,
        "status": run.status,
        "seed": run.seed,
        "device": run.device,
        "config_digest": run.config_digest,
        "config": json.dumps(stored.config, indent=2),
        "inputs": "\n".join(f"{name}: {digest}" for name, digest in run.input_digests.items()),
        "summary": json.dumps(run.summary, indent=2) if run.summary else "",
    }


def _versions(runs: Sequence[StoredRun]) -> list[tuple[str, str]]:
    found: dict[str, dict[str, None]] = {}
    for stored in runs:
        for name, version in stored.run.versions.items():
            found.setdefault(name, {})[version] = None
    return [(name, ", ".join(versions)) for name, versions in found.items()]


def _warnings(runs: Sequence[StoredRun]) -> list[str]:
    return [
        f"The run {stored.label} is not finished (status: {stored.run.status}); what it shows may change."
        for stored in runs
        if stored.run.status != "done"
    ]
