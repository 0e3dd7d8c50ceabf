"""RLEF: a policy learns to repair its programs from execution feedback, by PPO with a value per turn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtune.training.inputs import Problems, input_digests, load_problems
from symtune.training.rlef_config import RlefConfig

if TYPE_CHECKING:
    from symtune.training.rlef_play import Play


def train_rlef(
    config: RlefConfig, *, problems: Problems, out: Path | str, validation: Problems | None = None, play: Play | None = None
) -> dict[str, Any]:
    """Tune a policy on episodes of several turns; ``out/model`` is the policy of the best validation, or the last one without validation.

    Each iteration plays episodes on the next problems, judges them, and makes a few updates of the policy and the value network:

        R_t = r_t - beta * log(pi(reply_t) / rho(reply_t)), a reply's probability being the geometric mean of its tokens'
        A_t = sum_{i >= t} gamma^(i - t) R_i - V(prompt_t), one for all tokens of reply t, normalised
        L   = -mean over reply tokens of w * min(ratio * A, clip(ratio, 1 - eps, 1 + eps) * A),  ratio = pi / pi_old
        w   = min(pi / pi_behaviour, 1), held fixed

    Args:
        config: settings; ``config.model`` is the initial policy, and the reference.
        problems: training problems with public and private tests (a file or records).
        out: run directory; a finished run is returned as it is, an unfinished one goes on.
        validation: problems that choose the policy to keep, or None.
        play: plays episodes; None: `symtune.rollout.multi_turn.play`.

    Returns:
        The summary: ``model`` (folder, relative to the run), ``chosen_iteration``, ``num_iterations``, ``num_updates``, the last iteration's reward
        and solve rates, ``validation_curve``.

    Raises:
        BadModelError: a model that does not load, or an encoder-decoder.
        TooManyUnjudgedError: the judge failed on too many episodes.
        TrainingError: no problems, or a number that is not finite.

    Source: Gehring et al. 2024 (RLEF, arXiv 2410.02089), sections 2 and 3.
    Differs: what the paper does not state is listed in docs/decisions/0105-the-rlef-loop.md.
    """
    from symtune import models
    from symtune.training import loop, rlef_checkpoint
    from symtune.training.rlef_batch import plan_updates
    from symtune.training.rlef_credit import assign_credit, remember
    from symtune.training.rlef_learn import learn
    from symtune.training.rlef_networks import load_networks, process_numbers
    from symtune.training.rlef_play import opened_tables, play_iteration, playable
    from symtune.training.rlef_report import Chooser, Watch, figures_of, summary_of

    given = {"problems": problems, "validation": validation, "model": config.model.model}
    train_problems = playable(load_problems(problems), config.episodes)
    held_out = playable(load_problems(validation), config.played_for_validation) if validation is not None else []
    with loop.open_run(out, stage="rlef", config=config, inputs=input_digests(given)) as run:
        if run.is_done:
            return run.summary
        networks = load_networks(config, corpus=models.tokenizer_corpus(train_problems), out=run.path)
        place = rlef_checkpoint.resume(run, networks)
        with opened_tables(config, play) as (table, held_out_table), Watch(run, networks, place, config=config) as watch:
            chooser = Chooser(run, held_out, networks, config=config, table=held_out_table)
            while place.iteration < config.num_iterations:
                # 1. Play: episodes on the next problems, by the policy as it is.
                played = play_iteration(train_problems, networks, table, iteration=place.iteration, config=config)

                # 2. Remember: what policy, reference and value network say of them before anything is learnt.
                watch.starts_update()
                plan = plan_updates(played.kept, config=config, iteration=place.iteration, **process_numbers(networks))
                memory = remember(plan, networks, config=config, where=place.name)

                # 3. Credit: what each turn is worth.
                credit = assign_credit(plan, memory, config=config)

                # 4. Learn: a few updates of the policy and the value network.
                learnt = learn(plan, memory, credit, networks, config=config, where=place.name)
                place.advance(num_updates=learnt.num_updates)

                # 5. Report: figures and episodes; now and then a validation and a checkpoint.
                watch.report(played, figures_of(played, memory, credit, learnt, config=config))
                has_validated = chooser.after(place)
                rlef_checkpoint.save_when_due(run, networks, place, config=config, is_forced=has_validated)
        return loop.finish(run, summary_of(run, chooser, place))
