"""What the algorithms learn on the gym: warm-up, CodeRL with two critics, DPO and a control, judged on hidden truth suites.

    python benchmarks/learning.py --seeds 3            # all of it; figures and a table in benchmarks/results/
    python benchmarks/learning.py --quick              # a small pass through every stage; its figures mean nothing

Per seed: warm up a tiny T5 on the training split (the validation split picks the epoch); sample programs for some training
problems and judge them twice, on suites grown by `symtune.strengthen` and on the problems' own weak tests; train a critic
on either verdicts; tune the warm-up by CodeRL with either critic (rewards from the strong suites in both, so that only
the critic differs), by DPO, and by the control: as many more supervised steps as CodeRL takes on its reference half, at
the same learning rate and batch size. Every policy is sampled on test problems whose compositions occur in no other split.
Problems and grown suites are the same for all seeds; weights, data order and draws differ. Every stage is a run directory
under ``--work``: a killed benchmark goes on where it was.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from learning_report import KS, POLICIES, summarise, table
from sized import chosen_size, sized_parser, work_folder

from symtune.datasets import gym
from symtune.domain import Judgement, Outcome, Problem, Program
from symtune.evaluation import critic_metrics, pass_at_k
from symtune.judging import Judge
from symtune.models import ModelConfig, PresetSizes
from symtune.rollout import SampleConfig, sample_to_file
from symtune.store import load_records, save_records
from symtune.suites import strengthen
from symtune.training import (
    CoderlConfig,
    CriticConfig,
    DpoConfig,
    SftConfig,
    train_coderl,
    train_critic,
    train_dpo,
    train_sft,
)

TRAIN_DEPTHS = ("introductory", *["interview"] * 4, *["competition"] * 5)
"""Depths of the training problems in turn: single parts are few, so they are drawn less often. The others have equal thirds."""
TEST_SEED, TRAIN_SEED = 101, 7
MAX_SOURCE_TOKENS, MAX_TARGET_TOKENS = 128, 64


@dataclass(frozen=True)
class Size:
    """How much of everything; `FULL` is what the results come from.

    Attributes:
        num_first: critics and DPO learn from the programs of so many of the tuning problems, the first ones.
    """

    num_train: int = 12000
    num_validation: int = 200
    num_tuning: int = 8000
    num_first: int = 5000
    num_test: int = 1000
    num_train_samples: int = 12
    train_temperature: float = 1.0
    num_test_samples: int = 10
    budget_s: float = 0.25
    sft_epochs: int = 3
    sft_learning_rate: float = 3e-3
    critic_epochs: int = 1
    critic_learning_rate: float = 5e-4
    coderl_steps: int = 500
    coderl_learning_rate: float = 4e-4
    coderl_batch_size: int = 128
    coderl_min_negative_prob: float = 0.05
    dpo_epochs: int = 1
    dpo_learning_rate: float = 3e-5
    dpo_pairs: int = 4
    hidden_size: int = 128
    num_layers: int = 2


FULL = Size()
QUICK = Size(
    num_train=2000, num_validation=40, num_tuning=40, num_first=30, num_test=30, num_train_samples=8, num_test_samples=6, budget_s=0.5,
    sft_epochs=3, coderl_steps=10,
)  # fmt: skip


@dataclass(frozen=True)
class Sets:
    """The problems of every seed. ``strong`` are the tuning problems with grown suites, ``hidden`` the test problems with truth suites."""

    train: list[Problem]
    validation: list[Problem]
    tuning: list[Problem]
    strong: list[Problem]
    test: list[Problem]
    hidden: list[Problem]


class Verdicts:
    """Judges each distinct source of a problem once; programs that share it share the verdict."""

    def __init__(self, *, workers: int) -> None:
        self._judge = Judge(workers=workers)
        self._known: dict[tuple[str, str, str], Judgement] = {}

    def of(self, problems: Sequence[Problem], programs: Sequence[Program]) -> list[Judgement]:
        """Return one judgement per program, in order.

        Raises:
            RuntimeError: the judge failed on a program.
        """
        suites = {problem.id: problem.cases("tests").digest() for problem in problems}
        keys = [(program.problem_id, suites[program.problem_id], program.source) for program in programs]
        owed = dict.fromkeys(key for key in keys if key not in self._known)
        fresh = [Program(problem_id=key[0], source=key[2], id=str(index)) for index, key in enumerate(owed)]
        for key, verdict in zip(owed, self._judge.judge(problems, fresh), strict=True):
            if not isinstance(verdict, Judgement):
                raise RuntimeError(f"a program of {verdict.problem_id} could not be judged: {verdict.reason}")
            self._known[key] = verdict
        return [
            self._known[key].model_copy(update={"program_id": program.program_id})
            for key, program in zip(keys, programs, strict=True)
        ]

    def kept(self, path: Path, problems: Sequence[Problem], programs: Sequence[Program]) -> list[Judgement]:
        """Return the judgements that a file holds; judge and write it where there is none.

        Raises:
            RuntimeError: the file holds judgements of other programs.
        """
        if not path.exists():
            save_records(path, self.of(problems, programs))
        known = load_records(path, Judgement)
        if [judgement.program_id for judgement in known] != [program.program_id for program in programs]:
            raise RuntimeError(f"{path} holds judgements of other programs, from a run of another size: remove it, or use another --work")
        return known

    def close(self) -> None:
        """End the guests."""
        self._judge.close()


def make_sets(size: Size, *, work: Path, workers: int) -> Sets:
    """Draw the problems and grow the suites of the tuning problems."""
    drawn = gym.generate("train", count=size.num_train, seed=TRAIN_SEED, depths=TRAIN_DEPTHS)
    train = [problem.model_copy(update={"references": problem.references[:1]}) for problem in drawn]
    test = gym.generate("test", count=size.num_test, seed=TEST_SEED)
    tuning = drawn[: size.num_tuning]
    return Sets(
        train=train,
        validation=gym.generate("validation", count=size.num_validation, seed=TRAIN_SEED),
        tuning=tuning,
        strong=grown(tuning, size, out=work / "strong.jsonl", workers=workers),
        test=test,
        hidden=[problem.model_copy(update={"tests": gym.truth(problem).cases}) for problem in test],
    )


def grown(problems: list[Problem], size: Size, *, out: Path, workers: int) -> list[Problem]:
    """Return the problems with suites grown; a finished file of the same problems is read instead."""
    if out.exists():
        known = load_records(out, Problem)
        if [problem.id for problem in known] == [problem.id for problem in problems]:
            return known
    return strengthen(problems, budget_s=size.budget_s, workers=workers, max_cases=20, out=out)


def model_config(model: str | Path, size: Size, *, seed: int) -> ModelConfig:
    """Return the config of the preset or of a run's model folder."""
    sizes = PresetSizes(num_layers=size.num_layers, hidden_size=size.hidden_size, vocabulary_size=1500)
    return ModelConfig(
        model=str(model), sizes=sizes, init_seed=seed, max_source_tokens=MAX_SOURCE_TOKENS, max_target_tokens=MAX_TARGET_TOKENS
    )


def draw(
    problems: Sequence[Problem], model: ModelConfig, *, out: Path, num_samples: int, seed: int, greedy: bool = False,
    temperature: float = 0.6,
) -> list[Program]:
    """Sample programs of a policy at top-p 0.95; at the papers' temperature where none is given. A finished file is read instead.

    Raises:
        RuntimeError: the file holds programs of other problems.
    """
    if not out.exists():
        sampling = SampleConfig(num_samples=num_samples, temperature=temperature, greedy=greedy, seed=seed, batch_size=256)
        sample_to_file(problems, model=model, out=out, sampling=sampling)
    programs = load_records(out, Program)
    if list(dict.fromkeys(program.problem_id for program in programs)) != [problem.id for problem in problems]:
        raise RuntimeError(f"{out} holds programs of other problems, from a run of another size: remove it, or use another --work")
    return programs


def train_policies(size: Size, sets: Sets, *, work: Path, seed: int, verdicts: Verdicts) -> dict[str, Any]:
    """Train everything of one seed; return the policies' folders, critics' figures and times."""
    clock = Clock()
    sft = train_sft(
        SftConfig(
            model=model_config("tiny-t5", size, seed=seed), learning_rate=size.sft_learning_rate, schedule="linear",
            warmup_steps=50, weight_decay=0.01, num_epochs=size.sft_epochs, batch_size=32, max_references=1, seed=seed,
            save_every_steps=100_000,
        ),
        problems=sets.train, validation=sets.validation, out=work / "sft",
    )  # fmt: skip
    clock.lap("sft")
    warm = model_config(work / "sft" / "model", size, seed=seed)
    programs = draw(
        sets.tuning, warm, out=work / "programs.jsonl", num_samples=size.num_train_samples, seed=seed, greedy=True,
        temperature=size.train_temperature,
    )  # fmt: skip
    clock.lap("sample")
    strong = verdicts.kept(work / "strong_judgements.jsonl", sets.strong, programs)
    weak = verdicts.kept(work / "weak_judgements.jsonl", sets.tuning, programs)
    clock.lap("judge")
    critics = {}
    first = {problem.id for problem in sets.tuning[: size.num_first]}

    def of_first(records: Iterable[Any]) -> list[Any]:
        return [record for record in records if record.problem_id in first]

    for name, judgements in (("strong", strong), ("weak", weak)):
        train_critic(
            CriticConfig(
                model=warm, learning_rate=size.critic_learning_rate, num_epochs=size.critic_epochs, batch_size=64, seed=seed,
                save_every_steps=100_000,
            ),
            problems=sets.strong[: size.num_first],
            programs=of_first(programs), judgements=of_first(judgements), out=work / f"critic_{name}",
        )  # fmt: skip
        critics[name] = critic_figures(work / f"critic_{name}", strong)
    clock.lap("critics")
    for name in ("strong", "weak"):
        coderl = train_coderl(
            CoderlConfig(
                model=warm, learning_rate=size.coderl_learning_rate, schedule="linear", max_steps=size.coderl_steps,
                batch_size=size.coderl_batch_size, min_negative_prob=size.coderl_min_negative_prob, baseline="mean",
                max_references=1, group_by_length=False, seed=seed, save_every_steps=100_000,
            ),
            problems=sets.train, programs=programs, judgements=strong, critic=work / f"critic_{name}",
            out=work / f"coderl_{name}",
        )  # fmt: skip
    clock.lap("coderl")
    train_dpo(
        DpoConfig(
            model=warm, learning_rate=size.dpo_learning_rate, num_epochs=size.dpo_epochs, batch_size=32,
            num_pairs_per_problem=size.dpo_pairs, schedule="linear", seed=seed, save_every_steps=100_000,
        ),
        problems=sets.tuning[: size.num_first], programs=of_first(programs), judgements=of_first(strong), out=work / "dpo",
    )  # fmt: skip
    clock.lap("dpo")
    train_sft(
        SftConfig(
            model=warm, learning_rate=size.coderl_learning_rate, max_steps=coderl["num_steps"], schedule="linear",
            batch_size=size.coderl_batch_size, max_references=1, group_by_length=False, seed=seed, save_every_steps=100_000,
        ),
        problems=sets.train, validation=None, out=work / "control",
    )  # fmt: skip
    clock.lap("control")
    accepted = [a.outcome is Outcome.PASSED for a, b in zip(weak, strong) if b.outcome is not Outcome.PASSED]
    return {
        "folders": {"warm_up": "sft", **{name: name for name in POLICIES[1:]}},
        "critics": critics,
        "chosen_epoch": sft["chosen_epoch"],
        "coderl_steps": coderl["num_steps"],
        "share_of_wrong_programs_weak_tests_accept": sum(accepted) / max(len(accepted), 1),
        "seconds": clock.laps,
    }


def critic_figures(run: Path, truth: Sequence[Judgement]) -> dict[str, Any]:
    """Return a critic's accuracy and MAE on the strong verdicts of the programs it was not trained on."""
    outcomes = {judgement.program_id: judgement.outcome for judgement in truth}
    rows = [json.loads(line) for line in (run / "records" / "predictions.jsonl").read_text().splitlines()]
    metrics = critic_metrics(
        [row["predicted"] for row in rows], [outcomes[row["program_id"]] for row in rows],
        problem_ids=[row["problem_id"] for row in rows],
    )  # fmt: skip
    return {
        "accuracy": metrics.scores.accuracy.value, "mae": metrics.scores.mae.value,
        "majority_accuracy": metrics.baselines["majority"].accuracy.value, "num_programs": len(rows),
    }  # fmt: skip


class Clock:
    """Wall seconds of each stage."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """End a stage."""
        now = time.perf_counter()
        self.laps[name], self._last = round(now - self._last, 1), now


def score(policy: Path, size: Size, sets: Sets, *, out: Path, seed: int, verdicts: Verdicts) -> dict[str, dict[int, float]]:
    """Return pass@k of each test problem on its truth suite, by problem id."""
    programs = draw(sets.test, model_config(policy, size, seed=seed), out=out, num_samples=size.num_test_samples, seed=seed)
    passed: dict[str, list[bool]] = {}
    for judgement in verdicts.kept(out.with_suffix(".judgements.jsonl"), sets.hidden, programs):
        passed.setdefault(judgement.problem_id, []).append(judgement.outcome is Outcome.PASSED)
    return {key: {k: pass_at_k(len(row), sum(row), k) for k in KS} for key, row in passed.items()}


def run_seed(size: Size, sets: Sets, work: Path, seed: int) -> tuple[dict[str, Any], dict[str, dict[str, dict[int, float]]]]:
    """Train and score everything of one seed; return its story and the scores by policy."""
    verdicts = Verdicts(workers=1)
    folder = work / f"seed_{seed}"
    story = train_policies(size, sets, work=folder, seed=seed, verdicts=verdicts)
    start = time.perf_counter()
    scores = {}
    for name in POLICIES:
        policy = folder / story["folders"][name] / "model"
        scores[name] = score(policy, size, sets, out=folder / f"test_{name}.jsonl", seed=1000 + seed, verdicts=verdicts)
    story["seconds"]["evaluate"] = round(time.perf_counter() - start, 1)
    verdicts.close()
    return story, scores


def parse(argv: Iterable[str] | None = None) -> argparse.Namespace:
    """Read the command line; every field of `Size` is an option."""
    parser = sized_parser(__doc__, FULL, work=Path("runs/learning"))
    return parser.parse_args(list(argv) if argv is not None else None)


def main() -> None:
    """Run all seeds and write the results."""
    args = parse()
    size, work = chosen_size(args, full=FULL, quick=QUICK), work_folder(args)
    work.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    sets = make_sets(size, work=work, workers=args.workers)
    made_s = time.perf_counter() - started
    scores: dict[str, list[dict[str, dict[int, float]]]] = {name: [] for name in POLICIES}
    seeds = []
    os.environ["OMP_NUM_THREADS"] = "1"  # one core per process: seeds run side by side
    with concurrent.futures.ProcessPoolExecutor(args.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for story, scored in pool.map(run_seed, *zip(*((size, sets, work, seed) for seed in range(args.seeds)), strict=True)):
            seeds.append(story)
            for name in POLICIES:
                scores[name].append(scored[name])
            print(f"seed: {json.dumps(story)}", flush=True)
    summary = summarise(scores, sets.test)
    text = table(summary, seeds)
    total_s = round(time.perf_counter() - started, 1)
    args.out.mkdir(parents=True, exist_ok=True)
    name = "learning_quick" if args.quick else "learning"
    form = {"size": vars(size), "seeds": seeds, "summary": summary, "problems_s": round(made_s, 1), "total_s": total_s}
    (args.out / f"{name}.json").write_text(json.dumps(form, indent=1) + "\n")
    (args.out / f"{name}.md").write_text(text)
    print(text, f"total {total_s} s, of which problems and suites {made_s:.1f} s", sep="\n")


if __name__ == "__main__":
    main()
