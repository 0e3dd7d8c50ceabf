"""CodeRL raises what does better than the greedy program, lowers what does worse, and goes on learning the references."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("torch")

from training_toys import SIZES, make_toy, verdict

from symtune.domain import Judgement, Outcome, Problem, Program
from symtune.errors import TrainingError
from symtune.models import ModelConfig, load_policy
from symtune.rewards import reward_of
from symtune.training import CoderlConfig, SftConfig, train_coderl, train_sft
from symtune.training.batches import alternating_order
from symtune.training.coderl import choose_samples, own_references, weighed
from symtune.training.encoding import encode
from symtune.training.inputs import Judged, join
from symtune.training.preference import total_log_probs
from symtune.training.token_values import carry_over, token_spans


def config(model="unused", **changes) -> CoderlConfig:
    settings = {"learning_rate": 1e-3, "num_epochs": 3, "batch_size": 6, "device": "cpu", "log_every_steps": 1}
    return CoderlConfig(model=ModelConfig(model=str(model)), **(settings | changes))


def log_probs(folder, pairs) -> list[float]:
    policy = load_policy(ModelConfig(model=str(folder)), device="cpu")
    return total_log_probs(policy, encode(policy, pairs).examples, batch_size=8)


@pytest.mark.parametrize("family", ["tiny-t5", "tiny-llama"])
def test_better_samples_gain_and_worse_samples_lose(family, tmp_path):
    # A policy that writes three programs for each problem equally often, and verdicts planted on two of them.
    toy = make_toy(8)
    endings = {"good": "x * x\n", "bad": "7 - x\n", "neither": "x\n"}
    sources = {name: f"def f(x):\n    return {ending}" for name, ending in endings.items()}
    problems = [problem.model_copy(update={"references": tuple(sources.values())}) for problem in toy.problems]
    model = ModelConfig(model=family, sizes=SIZES.model_copy(update={"dropout": 0.0}))
    warming = SftConfig(model=model, learning_rate=5e-3, num_epochs=20, batch_size=8, device="cpu")
    train_sft(warming, problems=problems, validation=None, out=tmp_path / "warm")

    outcomes = {"good": Outcome.PASSED, "bad": Outcome.COMPILE_ERROR, "greedy": Outcome.FAILED_TEST}
    programs = [
        Program(problem_id=problem.id, source=sources.get(name, sources["neither"]), id=f"{problem.id}#{name}")
        for problem in problems
        for name in outcomes
    ]
    judgements = [verdict(program, outcomes[program.program_id.partition("#")[2]]) for program in programs]
    given = {"problems": problems, "programs": programs, "judgements": judgements}
    for name, rl_weight in (("rl", 1.0), ("ce", 0.0)):
        settings = config(tmp_path / "warm" / "model", rl_weight=rl_weight, num_epochs=4)
        summary = train_coderl(settings, **given, critic=None, out=tmp_path / name)
    assert summary["num_by_outcome"] == {"compile_error": 8, "passed": 8}
    for name, direction in (("good", 1), ("bad", -1)):
        pairs = [(problem, sources[name]) for problem in problems]
        with_rl, without = (sum(log_probs(tmp_path / run / "model", pairs)) / len(pairs) for run in ("rl", "ce"))
        assert direction * (with_rl - without) > 0.1, (name, with_rl, without)


def test_the_critics_token_values_are_recorded_once_and_used(toy, warm, tmp_path):
    train_coderl(config(warm["tiny-t5"], num_epochs=1), **toy.given(), critic=warm["critic"], out=tmp_path / "critic")
    rows = [json.loads(line) for line in (tmp_path / "critic" / "records" / "token_values.jsonl").read_text().splitlines()]
    assert len(rows) == 36
    values = [value for row in rows for value in row["token_values"]]
    assert all(0 <= value <= 1 for value in values)
    assert max(values) > 0.5 > min(values), "a trained critic tells tokens apart"
    policy = load_policy(ModelConfig(model=str(warm["tiny-t5"])), device="cpu")
    sources = {(program.problem_id, program.program_id): program.source for program in toy.programs}
    by_id = {problem.id: problem for problem in toy.problems}
    for row in rows:
        source = sources[row["problem_id"], row["program_id"]]
        assert len(row["token_values"]) == len(encode(policy, [(by_id[row["problem_id"]], source)]).examples[0]["labels"])
    train_coderl(config(warm["tiny-t5"], num_epochs=1), **toy.given(), critic=None, out=tmp_path / "none")
    first = [json.loads((tmp_path / name / "metrics.jsonl").read_text().splitlines()[0]) for name in ("critic", "none")]
    assert first[0]["ce_loss"] == first[1]["ce_loss"]
    assert first[0]["rl_loss"] != first[1]["rl_loss"]


def test_loss_in_the_metrics_is_the_sum_of_its_halves(toy, warm, tmp_path):
    train_coderl(
        config(warm["tiny-t5"], num_epochs=1, rl_weight=0.5, gradient_accumulation_steps=2), **toy.given(), critic=None, out=tmp_path
    )
    for line in map(json.loads, (tmp_path / "metrics.jsonl").read_text().splitlines()):
        assert line["loss"] == pytest.approx(line["ce_loss"] + 0.5 * line["rl_loss"], abs=1e-5)


def test_samples_without_a_judged_greedy_program_are_left_out(toy, tmp_path):
    programs = [program for program in toy.programs if program.label != "greedy"]
    with pytest.raises(TrainingError, match="48 have no judged greedy program"):
        train_coderl(config(), **(toy.given() | {"programs": programs}), critic=None, out=tmp_path)


def test_returns_baselines_limits_and_duplicates():
    toy = make_toy(2)
    items = join(toy.problems, toy.programs, toy.judgements).items
    doubled = [*items, *items]
    all_samples = choose_samples(doubled, config=config())
    assert [(scored.gained, scored.baseline) for scored in all_samples.items[:3]] == [(1.0, -0.3), (-0.6, -0.3), (-1.0, -0.3)]
    assert (len(all_samples.items), all_samples.num_without_advantage) == (12, 4)
    assert len(choose_samples(doubled, config=config(deduplicate=True)).items) == 6
    assert len(choose_samples(doubled, config=config(max_samples_per_problem=3)).items) == 4


def test_mean_baseline_is_the_mean_of_the_other_samples_of_the_problem():
    toy = make_toy(2)
    items = join(toy.problems, toy.programs, toy.judgements).items
    held = choose_samples(items, config=config(baseline="mean"))
    sampled = [item for item in items if not item.is_greedy]
    returns = {id(item): reward_of(item.judgement, "coderl") for item in sampled}
    assert held.items
    for scored in held.items:
        others = [returns[id(item)] for item in sampled if item.problem is scored.item.problem and item is not scored.item]
        assert scored.baseline == pytest.approx(sum(others) / len(others))
    for problem in toy.problems:
        advantages = [scored.gained - scored.baseline for scored in held.items if scored.item.problem is problem]
        assert sum(advantages) == pytest.approx(0), "what some gain, the others lose"

    # The greedy program is not asked for; a problem whose samples all earn the same carries no signal; one sample has no other.
    without = choose_samples(sampled, config=config(baseline="mean"))
    assert [scored.baseline for scored in without.items] == [scored.baseline for scored in held.items]
    alike = [Judged(item.problem, item.program, sampled[0].judgement) for item in sampled[:3]]
    with pytest.warns(UserWarning, match="learns from the references alone"):
        assert choose_samples(alike, config=config(baseline="mean")).num_without_advantage == 3
    lonely = choose_samples(sampled, config=config(baseline="mean", max_samples_per_problem=1))
    assert (lonely.items, lonely.num_without_baseline) == ((), 2)


def test_without_any_advantage_the_references_are_still_learnt(toy, warm, tmp_path):
    programs = [program for program in toy.programs if program.program_id.endswith(("#1", "#greedy"))]
    with pytest.warns(UserWarning, match="learns from the references alone"):
        train_coderl(config(warm["tiny-t5"], num_epochs=1), **(toy.given() | {"programs": programs}), critic=None, out=tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert all(line["rl_loss"] == 0 and line["ce_loss"] > 0 for line in lines)


@pytest.mark.parametrize("num_processes", [1, 2])
def test_micro_steps_alternate_between_references_and_samples(num_processes):
    settings = config(batch_size=4, gradient_accumulation_steps=2, num_epochs=2)
    order = alternating_order([5] * 10, [7] * 30, config=settings, num_processes=num_processes)
    micro_steps = [order[start : start + 4] for start in range(0, len(order), 4)]
    for index, batch in enumerate(micro_steps):
        is_sampled = (index // num_processes) % 2 == 1
        assert len(batch) == 4
        assert all((number >= 10) == is_sampled for number in batch)
    samples = [number for number in order if number >= 10]
    assert set(samples[:30]) == set(samples[30:60]) == set(range(10, 40))
    assert len(samples) % (8 * num_processes) == 0
    assert set(order) == set(range(40))


def test_values_are_carried_over_by_characters():
    # "ab|c|de|<end>" to "a|bcd|e|<end>"
    carried = carry_over(
        [0.2, 0.8, 0.5, 0.9],
        from_spans=[(0, 2), (2, 3), (3, 5), (5, 5)],
        to_spans=[(0, 1), (1, 4), (4, 5), (5, 5)],
    )
    assert carried == pytest.approx([0.2, (0.2 + 0.8 + 0.5) / 3, 0.5, 0.9])


def test_token_spans_cover_the_source(warm):
    policy = load_policy(ModelConfig(model=str(warm["tiny-t5"])), device="cpu")
    source = "def f(x):\n    return 'äöü' + x\n"
    toy = make_toy(1)
    token_ids = encode(policy, [(toy.problems[0], source)]).examples[0]["labels"]
    spans = token_spans(policy, source, token_ids)
    assert len(spans) == len(token_ids)
    assert {place for first, end in spans for place in range(first, end)} == set(range(len(source)))
    assert spans[-1] == (len(source), len(source))


def test_a_decoder_only_prompt_gets_no_weight():
    example = {"input_ids": [1, 2, 3, 4], "labels": [-100, -100, 3, 4]}
    assert weighed(example, values=[0.5, 0.25], gained=1, baseline=-1)["token_values"] == [0.0, 0.0, 0.5, 0.25]
    assert weighed(example)["is_sampled"] is False


def test_matched_references_are_those_of_the_samples_problems():
    problems = [
        Problem(id=name, statement=name, entry_point="f", references=(f"def f(): return {name!r}", "def f(): ..."))
        for name in "abc"
    ]
    pairs = [(problem, source) for problem in problems for source in problem.references]
    verdict = Judgement(problem_id="c", program_id="p", outcome=Outcome.PASSED, cause=None, num_passed=1, num_cases=1)
    items = [
        Judged(problem, Program(problem_id=problem.id, source=""), verdict)
        for problem in (problems[2], problems[0], problems[2], Problem(id="none", statement="", entry_point="f"))
    ]
    partners = own_references(pairs, items)
    assert partners == [[4, 5], [0, 1], [4, 5], [0, 1, 2, 3, 4, 5]]
    config = CoderlConfig(model=ModelConfig(model="tiny-t5"), batch_size=2, max_steps=10, group_by_length=False)
    order = alternating_order([1] * 6, [1] * 4, config=config, partners=partners)
    drawn = set()
    for start in range(0, len(order), 4):
        references, samples = order[start : start + 2], order[start + 2 : start + 4]
        for reference, sample in zip(references, samples, strict=True):
            assert reference in partners[sample - 6]
            drawn.add((sample - 6, reference))
    assert {(0, 4), (0, 5), (1, 0), (1, 1)} <= drawn, "every reference of a problem has its turn"
