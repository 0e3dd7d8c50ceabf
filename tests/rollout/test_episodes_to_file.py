"""A killed run of episodes that is taken up again writes the file of an unbroken one; only the seconds of programs differ."""

from __future__ import annotations

import json
import random

import pytest

from symtune.cli.main import main
from symtune.cli.recipe import plan_recipe, run_plan
from symtune.domain import Case, Episode, Problem, Unjudged
from symtune.errors import RunMismatchError, TooManyUnjudgedError
from symtune.judging import Pending
from symtune.models import ModelConfig, PresetSizes, load_policy, save_policy, tokenizer_corpus
from symtune.rollout import EpisodeConfig, episodes_to_file, play
from symtune.store import load_records, save_records

CONFIG = EpisodeConfig(
    num_episodes=7, batch_size=3, max_turns=3, max_new_tokens=6, style="brief", code="bare", seed=3, cpu_time_s=20.0, unfit_problems="set_aside"
)
SIZES = PresetSizes(num_layers=1, hidden_size=32, num_heads=2, feed_forward_size=64, vocabulary_size=400)


@pytest.fixture(scope="module")
def problems() -> list[Problem]:
    cases = [tuple(Case.text(f"{given}\n", expected=f"{given + number}\n") for given in (1, 5, 9)) for number in range(8)]
    return [
        Problem(id=f"p{number}", statement=f"plus {number}", examples=own[:1], tests=own[1:], references=(f"print(int(input()) + {number})\n",))
        for number, own in enumerate(cases)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def model() -> ModelConfig:
    return ModelConfig(model="tiny-llama", sizes=SIZES, context_tokens=160)


@pytest.fixture(scope="module")
def policy(problems, model):
    return load_policy(model, corpus=tokenizer_corpus(problems), device="cpu")


@pytest.fixture(scope="module")
def judge():
    with CONFIG.make_judge() as one:
        yield one


class Killed(Exception):
    pass


class KilledPolicy:
    """Works until its n-th batch."""

    def __init__(self, policy, num_batches):
        self._policy, self._num_left = policy, num_batches
        self.num_batches = 0

    def __getattr__(self, name):
        return getattr(self._policy, name)

    def chat(self, requests, settings):
        if self._num_left == self.num_batches:
            raise Killed
        self.num_batches += 1
        return self._policy.chat(requests, settings)


def steady(path):
    forms = [json.loads(line) for line in path.read_text().splitlines()]
    for form in forms:
        for verdict in [form["judgement"], *(turn["judgement"] for turn in form["turns"])]:
            if verdict is not None:
                verdict.pop("duration_s")
    return forms


def test_a_run_killed_anywhere_and_resumed_writes_the_same_episodes(problems, model, policy, judge, tmp_path):
    def run(out, policy):
        return episodes_to_file(problems, model=model, out=tmp_path / out, config=CONFIG, policy=policy, judge=judge)

    whole = KilledPolicy(policy, -1)
    assert run("unbroken.jsonl", whole).num_episodes == 56
    unbroken = steady(tmp_path / "unbroken.jsonl")
    draw = random.Random(0)
    for number in range(3):
        out = f"{number}.jsonl"
        with pytest.raises(Killed):
            run(out, KilledPolicy(policy, draw.randrange(whole.num_batches)))
        partial = tmp_path / f"{out}.partial"
        if number:  # torn in the middle of a line, or a block torn in two
            lines = partial.read_bytes().splitlines(keepends=True)
            partial.write_bytes(b"".join(lines[: max(len(lines) - 5, 1)]) + (b"" if number == 1 else lines[-1][:40]))
        assert run(out, policy).num_episodes == 56
        assert steady(tmp_path / out) == unbroken


def test_the_file_holds_what_play_gives(problems, model, policy, judge, tmp_path):
    config = CONFIG.model_copy(update={"num_episodes": 2})
    out = tmp_path / "episodes.jsonl"
    played = episodes_to_file(problems, model=model, out=out, config=config, policy=policy, judge=judge)
    own = play(problems, policy, config=config, judge=judge)
    save_records(tmp_path / "own.jsonl", own.episodes)
    assert steady(out) == steady(tmp_path / "own.jsonl")
    assert (played.stats[0].num_episodes, played.stats[0].num_replies) == (own.stats.num_episodes, own.stats.num_replies)
    assert {len(turn.reply_log_probs) == len(turn.reply_token_ids) > 0 for one in own.episodes for turn in one.turns} == {True}


def test_each_prompt_goes_on_from_the_tokens_before_where_nothing_was_shortened(problems, model, judge):
    wide = model.model_copy(update={"context_tokens": 1000})
    roomy = load_policy(wide, corpus=tokenizer_corpus(problems), device="cpu")
    for episode in play(problems, roomy, config=CONFIG.model_copy(update={"num_episodes": 1}), judge=judge).episodes:
        for one, following in zip(episode.turns, episode.turns[1:]):
            before = one.prompt_token_ids + one.reply_token_ids
            assert following.prompt_token_ids[: len(before)] == before
        assert len(episode.turns) == 3


def test_other_settings_are_refused(problems, model, policy, judge, tmp_path):
    def run(**changes):
        config = CONFIG.model_copy(update={"num_episodes": 1, **changes})
        episodes_to_file(problems, model=model, out=tmp_path / "e.jsonl", config=config, policy=KilledPolicy(policy, 0), judge=judge)

    with pytest.raises(Killed):
        run()
    with pytest.raises(RunMismatchError, match=r"episodes\.perturb"):
        run(perturb=True)
    with pytest.raises(Killed):
        run(workers=1)


def test_too_many_unjudged_episodes_stop_the_run_and_are_owed_again(problems, model, policy, judge, tmp_path):
    class Out:
        def begin(self, problem, program, **_):
            return Pending(program, Unjudged(problem_id=problem.id, program_id=program.id, reason="out of memory on the host"))

        begin_by_case = begin

    config = CONFIG.model_copy(update={"num_episodes": 1, "judge_pauses_s": (0.0,)})
    options = {"model": model, "out": tmp_path / "e.jsonl", "config": config, "policy": policy}
    with pytest.raises(TooManyUnjudgedError, match=r"8 of 8 episodes.*out of memory on the host"):
        episodes_to_file(problems, judge=Out(), **options)
    episodes_to_file(problems, judge=judge, **options)
    assert all(episode.is_judged for episode in load_records(tmp_path / "e.jsonl", Episode))


def test_the_command_and_the_recipe_stage_play_episodes(problems, policy, tmp_path, capsys):
    folder = save_policy(policy, tmp_path / "model")
    unfit = problems[0].model_copy(update={"id": "unfit", "tests": ()})
    save_records(tmp_path / "problems.jsonl", [*problems[:2], unfit])
    out = tmp_path / "episodes.jsonl"
    flags = ["--num-episodes", "2", "--max-turns", "2", "--max-new-tokens", "5", "--style", "brief", "--code", "bare", "--device", "cpu"]
    command = ["rollout", str(tmp_path / "problems.jsonl"), "--policy", str(folder), "--out", str(out), *flags]
    assert main(command) == 2
    assert "'unfit': it has no private tests" in capsys.readouterr().err
    assert main([*command, "--unfit-problems", "set_aside", "--judge-pauses-s", "0.1", "1"]) == 0
    printed = capsys.readouterr().out
    assert "4 episodes of 2 problems, 0 of 4 judged ones solved" in printed
    assert "problem set aside: unfit: it has no private tests" in printed
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        f'name = "r"\n[data]\nown = "{tmp_path}/problems.jsonl"\nmodel = "{folder}"\n[stages.play]\nverb = "rollout"\nproblems = "$own"\npolicy = "$model"\n'
        'num_episodes = 2\nmax_turns = 2\nmax_new_tokens = 5\nstyle = "brief"\ncode = "bare"\ndevice = "cpu"\nunfit_problems = "set_aside"\n'
    )
    run_plan(plan_recipe(recipe, out=tmp_path / "run"))
    assert steady(tmp_path / "run" / "play" / "records" / "episodes.jsonl") == steady(out)
