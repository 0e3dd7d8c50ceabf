"""An episode is a dialogue: prompt, program, public tests, feedback, again; the last program is graded on all tests."""

from __future__ import annotations

import collections
import random
import subprocess
import sys
import time

import pytest
from scripted_policies import Scripted, copies, fenced, never_right, repairs, repeats

from symtune.domain import Case, Cause, Outcome, Problem, Unjudged
from symtune.errors import BadInputError, ContextFullError
from symtune.judging import Pending
from symtune.models import Reply
from symtune.rollout import EpisodeConfig, play

CONFIG = EpisodeConfig(batch_size=3, cpu_time_s=20.0, max_new_tokens=2000)


def adds(number: int, *, is_stdin: bool = False) -> Problem:
    """A problem: add a number; two public tests, three private ones."""
    inputs = (1, 5, 7, 11, 13)
    if is_stdin:
        cases = tuple(Case.text(f"{given}\n", expected=f"{given + number}\n") for given in inputs)
        return Problem(
            id=f"in{number}", statement=f"Read a number and print it plus {number}.", examples=cases[:2], tests=cases[2:],
            references=(f"print(int(input()) + {number})\n",),
        )  # fmt: skip
    cases = tuple(Case.call(given, expected=given + number) for given in inputs)
    return Problem(
        id=f"f{number}", statement=f"Add {number}.", entry_point="f", examples=cases[:2], tests=cases[2:],
        references=(f"def f(x):\n    return x + {number}\n",),
    )  # fmt: skip


PROBLEMS = [adds(1), adds(2, is_stdin=True), adds(3), adds(4, is_stdin=True), adds(5)]


@pytest.fixture(scope="module")
def judge():
    with CONFIG.make_judge() as one:
        yield one


def played(answer, judge, *, problems=PROBLEMS, policy=None, **changes):
    policy = policy or Scripted(problems, answer)
    indices = changes.pop("indices", None)
    round = changes.pop("round", 0)
    return play(problems, policy, config=CONFIG.model_copy(update=changes), judge=judge, indices=indices, round=round)


def steady(episodes):
    """Episodes without the seconds that programs took, which differ each time."""
    forms = [episode.to_json() for episode in episodes]
    for form in forms:
        for verdict in [form["judgement"], *(turn["judgement"] for turn in form["turns"])]:
            if verdict is not None:
                verdict.pop("duration_s")
    return forms


def solved_by_turn(episodes):
    """Turn at which episodes were solved -> how many; 0: never."""
    return dict(collections.Counter(len(episode.turns) if episode.is_solved else 0 for episode in episodes))


def test_a_policy_that_repairs_is_solved_at_its_second_turn(judge):
    rollout = played(repairs, judge)
    assert solved_by_turn(rollout.episodes) == {2: 5}
    for problem, episode in zip(PROBLEMS, rollout.episodes):
        first, second = episode.turns
        assert (episode.id, episode.group, episode.end_reason) == (f"{problem.id}#0", f"{problem.id}@0", "public_passed")
        assert (first.judgement.num_passed, first.judgement.num_cases) == (0, 2)
        assert (second.judgement.outcome, second.judgement.num_cases) == (Outcome.PASSED, 2)
        assert (episode.judgement.num_passed, episode.judgement.num_cases) == (5, 5)
        assert first.prompt.startswith(problem.statement)
        assert "no such answer" in second.prompt
        assert second.source.strip() == problem.references[0].strip()
        assert len(second.reply_token_ids) == len(second.reply_log_probs) > 0


def test_a_policy_that_repeats_uses_all_its_turns_and_fails(judge):
    rollout = played(repeats, judge, max_turns=4)
    assert solved_by_turn(rollout.episodes) == {0: 5}
    assert {(len(episode.turns), episode.end_reason) for episode in rollout.episodes} == {(4, "turn_limit")}
    assert {episode.judgement.num_cases for episode in rollout.episodes} == {5}
    assert all(episode.turns[1].prompt == episode.turns[2].prompt for episode in rollout.episodes)


def test_a_policy_that_copies_passes_the_public_tests_and_fails_the_private_ones(judge):
    rollout = played(copies, judge)
    for episode in rollout.episodes:
        assert (len(episode.turns), episode.end_reason, episode.is_solved) == (1, "public_passed", False)
        assert (episode.judgement.num_passed, episode.judgement.num_cases) == (2, 5)
        assert episode.judgement.first_failure.case_index == 2
    from_feedback = played(copies, judge, show_examples=False)
    assert {(len(episode.turns), episode.end_reason, episode.is_solved) for episode in from_feedback.episodes} == {
        (2, "public_passed", False)
    }


def test_perturbed_values_do_not_pay_for_who_copies_and_cost_nothing_else(judge):
    for episode in played(copies, judge, perturb=True).episodes:
        assert (len(episode.turns), episode.end_reason) == (3, "turn_limit")
        assert episode.judgement.num_passed == 0
    assert solved_by_turn(played(repairs, judge, perturb=True).episodes) == {2: 5}


def test_the_dialogue_that_the_policy_reads_holds_all_earlier_turns(judge):
    policy = Scripted(PROBLEMS, repeats)
    episode = played(None, judge, policy=policy, batch_size=1).episodes[0]
    requests = [batch[0] for batch in policy.asked if policy.problem_of(batch[0].messages).id == "f1"]
    assert [len(request.messages) for request in requests] == [1, 3, 5]
    last = requests[-1].messages
    assert [message.role for message in last] == ["user", "assistant", "user", "assistant", "user"]
    assert [message.content for message in last[::2]] == [turn.prompt for turn in episode.turns]
    assert [message.content for message in last[1::2]] == [turn.reply for turn in episode.turns[:2]]
    assert [message.token_ids for message in last[1::2]] == [turn.reply_token_ids for turn in episode.turns[:2]]


def test_every_reply_has_a_seed_of_its_own_that_no_neighbour_changes(judge):
    def seeds(problems, **changes):
        policy = Scripted(problems, repeats)
        played(None, judge, problems=problems, policy=policy, **changes)
        return {
            (policy.problem_of(request.messages).id, len(request.messages), request.seed)
            for batch in policy.asked for request in batch
        }  # fmt: skip

    found = seeds(PROBLEMS, indices=(0, 1))
    assert len({seed for *_, seed in found}) == len(PROBLEMS) * 2 * 3
    assert seeds(PROBLEMS[:2], indices=(1, 0), batch_size=7) == {one for one in found if one[0] in ("f1", "in2")}
    for other in ({"seed": 1}, {"round": 1}):
        assert not {seed for *_, seed in seeds(PROBLEMS, **other)} & {seed for *_, seed in found}
    assert {seed for *_, seed in seeds(PROBLEMS, temperature=0.0)} == {None}


class Unhurried:
    """A judge whose verdicts come late, at random."""

    def __init__(self, judge, seed):
        self._judge, self._draw = judge, random.Random(seed)

    def begin(self, *args, **options):
        time.sleep(self._draw.random() * 0.03)
        return self._judge.begin(*args, **options)

    def begin_by_case(self, *args, **options):
        time.sleep(self._draw.random() * 0.03)
        return self._judge.begin_by_case(*args, **options)


def mixed(problem, messages):
    """Some repair at once, some late, some never; some answer without code."""
    number = len(messages) // 2
    kind = int(problem.id.strip("fin"))
    if number == kind % 4:
        return fenced(problem.references[0])
    return "I do not know." if (kind + number) % 3 == 0 else fenced(never_right(problem))


def test_the_same_arguments_give_the_same_episodes_and_batches_whatever_the_judges_speed(judge):
    policies = [Scripted(PROBLEMS, mixed) for _ in range(3)]
    judges = [judge, Unhurried(judge, 1), Unhurried(judge, 2)]
    first, *others = (played(None, one, policy=policy, indices=range(3)) for policy, one in zip(policies, judges))
    assert len(first.episodes) == 15
    assert all(steady(other.episodes) == steady(first.episodes) for other in others)
    assert all(policy.asked == policies[0].asked for policy in policies)
    assert max(len(batch) for batch in policies[0].asked) == 3


def test_free_places_are_filled_so_that_batches_stay_full(judge):
    policy = Scripted(PROBLEMS, mixed)
    played(None, judge, policy=policy, indices=range(6), batch_size=5)
    sizes = [len(batch) for batch in policy.asked]
    assert sizes[: len(sizes) - 8] == [5] * (len(sizes) - 8)


def test_a_reply_without_code_is_told_so_and_a_last_one_fails(judge):
    policy = Scripted(PROBLEMS, lambda problem, messages: "I do not know.")
    episode = played(None, judge, policy=policy).episodes[0]
    assert [(turn.source, turn.judgement) for turn in episode.turns] == [(None, None)] * 3
    assert (episode.judgement, episode.end_reason, episode.is_judged, episode.is_solved) == (None, "turn_limit", True, False)
    assert episode.turns[1].prompt.startswith("Your answer holds no")
    assert "fenced code block" in episode.turns[1].prompt


@pytest.mark.parametrize(("reply", "reason"), [(Reply("", (0,), (9,), (-1.0,), "end_token"), "end_token"), (None, "length")])
def test_only_the_end_token_or_a_hundred_thousand_tokens_are_replies_without_code(judge, reply, reason):
    class Odd(Scripted):
        def _reply(self, request, settings):
            return reply or super()._reply(request, settings)

    policy = Odd(PROBLEMS, lambda problem, messages: "```python\n" + "x = 1\n" * 100_000)
    episode = played(None, judge, policy=policy, max_turns=2).episodes[0]
    assert [(turn.source, turn.stop_reason) for turn in episode.turns] == [(None, reason)] * 2
    assert all(len(turn.reply_token_ids) <= CONFIG.max_new_tokens for turn in episode.turns)


def test_the_oldest_feedback_is_shortened_first_and_then_the_episode_ends(judge):
    policy = Scripted(PROBLEMS, repeats)
    full = played(None, judge, policy=policy, batch_size=1, max_new_tokens=200)
    last = next(batch[0] for batch in policy.asked if len(batch[0].messages) == 5)
    needed = policy.num_prompt_tokens(last.messages)

    def dialogues(context_tokens):
        policy = Scripted(PROBLEMS, repeats, context_tokens=context_tokens)
        rollout = played(None, judge, policy=policy, problems=PROBLEMS[:1], max_new_tokens=200)
        return rollout.episodes[0], [batch[0].messages for batch in policy.asked]

    episode, asked = dialogues(needed + 200)
    assert (len(episode.turns), asked[2]) == (3, last.messages)
    episode, asked = dialogues(needed + 199)
    assert len(episode.turns) == 3
    assert len(asked[2][2].content) < len(last.messages[2].content)
    assert [message for number, message in enumerate(asked[2]) if number != 2] == [
        message for number, message in enumerate(last.messages) if number != 2
    ]
    assert episode.turns[1].prompt == full.episodes[0].turns[1].prompt
    episode, asked = dialogues(needed - 330)
    assert (len(episode.turns), episode.end_reason) == (2, "context_full")
    assert (episode.judgement.num_cases, episode.is_solved) == (5, False)
    episode, asked = dialogues(100)
    assert (episode.turns, episode.end_reason, asked) == ((), "context_full", [])
    assert episode.is_judged
    assert not episode.is_solved


def test_a_policy_that_cannot_count_and_refuses_is_asked_shorter(judge):
    class Refuses(Scripted):
        def chat(self, requests, settings):
            if any(sum(len(message.content) for message in request.messages) > 900 for request in requests):
                raise ContextFullError("too long")
            return super().chat(requests, settings)

    rollout = played(None, judge, policy=Refuses(PROBLEMS, repeats), max_turns=30)
    assert {episode.end_reason for episode in rollout.episodes} == {"context_full"}
    assert {len(episode.turns) > 2 for episode in rollout.episodes} == {True}


class Failing:
    """A judge that gives no verdict on the programs of one problem, the first times it is asked for each."""

    def __init__(self, judge, *, problem_id, num_times, method="begin_by_case"):
        self._judge, self._problem_id, self._num_times, self._method = judge, problem_id, num_times, method
        self._num_asked = collections.Counter()

    def _begun(self, method, problem, program, options):
        self._num_asked[method, program.id] += 1
        if method == self._method and problem.id == self._problem_id and self._num_asked[method, program.id] <= self._num_times:
            return Pending(program, Unjudged(problem_id=problem.id, program_id=program.id, reason="the guest died twice"))
        return getattr(self._judge, method)(problem, program, **options)

    def begin(self, problem, program, **options):
        return self._begun("begin", problem, program, options)

    def begin_by_case(self, problem, program, **options):
        return self._begun("begin_by_case", problem, program, options)


@pytest.mark.parametrize("method", ["begin_by_case", "begin"])
def test_a_judge_that_is_out_for_a_while_is_asked_again(judge, method):
    out = Failing(judge, problem_id="f3", num_times=3, method=method)
    rollout = played(repairs, out, judge_pauses_s=(0.0, 0.01, 0.01))
    assert steady(rollout.episodes) == steady(played(repairs, judge).episodes)
    assert rollout.stats.num_judge_repeats == (6 if method == "begin_by_case" else 3)


@pytest.mark.parametrize(("method", "num_turns"), [("begin_by_case", 1), ("begin", 2)])
def test_a_judge_that_stays_out_leaves_the_episode_unjudged_and_the_others_alone(judge, method, num_turns):
    out = Failing(judge, problem_id="f3", num_times=99, method=method)
    episodes = played(repairs, out, judge_pauses_s=(0.0,)).episodes
    gone = episodes[2]
    assert (gone.end_reason, gone.unjudged_reason, gone.judgement) == ("unjudged", "the guest died twice", None)
    assert (len(gone.turns), gone.is_judged) == (num_turns, False)
    assert solved_by_turn(episodes[:2] + episodes[3:]) == {2: 4}


def test_public_tests_run_once_and_private_ones_only_at_the_end(judge):
    asked = collections.Counter()

    class Counting(Unhurried):
        def begin(self, problem, program, *, split, stop):
            asked["begin", split] += 1
            return judge.begin(problem, program, split=split, stop=stop)

        def begin_by_case(self, problem, program, *, split):
            asked["by case", split] += 1
            return judge.begin_by_case(problem, program, split=split)

    played(repairs, Counting(judge, 0))
    assert asked == {("by case", "examples"): 10, ("begin", "tests"): 5}


def test_a_program_that_does_not_load_is_not_run_on_private_tests_and_fails_them_all(judge):
    class NoPrivate(Unhurried):
        def begin(self, *_, **__):
            raise AssertionError("asked")

    episode = played(lambda *_: fenced("def f(x) return x"), NoPrivate(judge, 0), problems=PROBLEMS[:1]).episodes[0]
    assert (episode.judgement.outcome, episode.judgement.cause) == (Outcome.COMPILE_ERROR, Cause.SYNTAX)
    assert (episode.judgement.num_passed, episode.judgement.num_cases) == (0, 5)
    stopped = played(repeats, NoPrivate(judge, 0), problems=PROBLEMS[:1], stop="first_failure").episodes[0]
    assert (stopped.judgement.num_passed, stopped.judgement.num_cases) == (0, 5)


def test_private_tests_with_a_public_input_are_dropped_and_counted(judge):
    doubled = PROBLEMS[0].model_copy(update={"tests": (*PROBLEMS[0].tests, *PROBLEMS[0].examples)})
    rollout = played(repairs, judge, problems=[doubled, PROBLEMS[1]])
    assert rollout.stats.num_private_dropped == 2
    assert {episode.judgement.num_cases for episode in rollout.episodes} == {5}


def test_problems_that_cannot_be_played_are_refused_or_set_aside_with_their_reason(judge):
    closed = PROBLEMS[0].model_copy(update={"examples": (), "id": "closed", "statement": "Closed."})
    copied = PROBLEMS[0].model_copy(update={"tests": PROBLEMS[0].examples, "id": "copied", "statement": "Copied."})
    with pytest.raises(BadInputError, match=r"'closed'.*no public tests"):
        played(repairs, judge, problems=[closed])
    with pytest.raises(BadInputError, match=r"'copied'.*2 have the input of a public one"):
        played(repairs, judge, problems=[copied])
    with pytest.raises(BadInputError, match="two problems have the id"):
        played(repairs, judge, problems=[PROBLEMS[0]] * 2, policy=Scripted(PROBLEMS, repairs))
    rollout = played(repairs, judge, problems=[closed, copied, PROBLEMS[0]], unfit_problems="set_aside")
    assert [episode.problem_id for episode in rollout.episodes] == ["f1"]
    assert list(rollout.set_aside) == ["closed", "copied"]
    with pytest.raises(BadInputError, match="no problem to play"):
        played(repairs, judge, problems=[closed], unfit_problems="set_aside")
    single = played(repairs, judge, problems=[closed], single_turn_without_public=True).episodes[0]
    assert (len(single.turns), single.end_reason, single.turns[0].judgement) == (1, "turn_limit", None)
    assert (single.judgement.num_passed, single.judgement.num_cases) == (0, 3)


def test_without_feedback_a_program_is_only_told_that_it_is_wrong(judge):
    for episode in played(repeats, judge, feedback="none").episodes:
        assert {turn.prompt.split("\n")[0] for turn in episode.turns[1:]} == {"Your program is wrong."}


@pytest.mark.parametrize("batch_size", [1, 2, 16])
def test_random_feedback_is_that_of_another_problem(judge, batch_size):
    rollout = played(repeats, judge, feedback="random", batch_size=batch_size, show_examples=False)
    for episode in rollout.episodes:
        number = int(episode.problem_id.strip("fin"))
        for turn in episode.turns[1:]:
            wanted = {line.split(": ")[1] for line in turn.prompt.split("\n") if line.startswith("expected")}
            assert wanted in [{str(1 + other), str(5 + other)} for other in range(1, 6) if other != number]
    again = played(repeats, judge, feedback="random", batch_size=batch_size, show_examples=False)
    assert steady(again.episodes) == steady(rollout.episodes)


def test_random_feedback_needs_another_problem(judge):
    with pytest.raises(BadInputError, match="two problems"):
        played(repeats, judge, problems=PROBLEMS[:1], feedback="random")


def test_seconds_add_up(judge):
    class Slow(Scripted):
        def chat(self, requests, settings):
            time.sleep(0.05)
            return super().chat(requests, settings)

    policy = Slow(PROBLEMS, repairs)
    stats = played(None, judge, policy=policy).stats
    assert stats.seconds_generation >= 0.05 * len(policy.asked)
    assert stats.seconds_generation + stats.seconds_judging_waited + stats.seconds_feedback <= stats.seconds_total
    assert (stats.num_episodes, stats.num_replies) == (5, 10)


def test_playing_needs_no_torch():
    code = "import sys; import symtune.rollout\nassert not {'torch', 'transformers'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
