"""A config is checked before work starts, and a wrong key names the right one."""

from __future__ import annotations

import pytest

from symtune.config import Config, config_from_cli, load_config, merged
from symtune.errors import BadConfigError, MissingInputError


class Inner(Config):
    """Inner table."""

    learning_rate: float = 1.0


class Outer(Config):
    """Outer table."""

    seed: int = 0
    optimiser: Inner | None = Inner()


def test_unknown_key_names_the_nearest(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text("sed = 3\n")
    with pytest.raises(BadConfigError, match=r"c\.toml: unknown key 'sed'; did you mean 'seed'"):
        load_config(Outer, path)
    path.write_text("[optimiser]\nlearnin_rate = 3\n")
    with pytest.raises(BadConfigError, match=r"'optimiser\.learnin_rate'; did you mean 'learning_rate'"):
        load_config(Outer, path)


def test_bad_value_names_the_key(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text('seed = "x"\n')
    with pytest.raises(BadConfigError, match="key 'seed'"):
        load_config(Outer, path)


def test_broken_and_missing_files_are_named(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text("seed = = 3\n")
    with pytest.raises(BadConfigError, match="not valid TOML"):
        load_config(Outer, path)
    with pytest.raises(MissingInputError, match=r"absent\.toml"):
        load_config(Outer, tmp_path / "absent.toml")


def test_overrides_win_and_merge():
    assert load_config(Outer, None, overrides={"optimiser": {"learning_rate": 0.5}}).optimiser.learning_rate == 0.5
    assert merged({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}) == {"a": {"b": 3, "c": 2}}


def test_flags_are_generated_from_the_config():
    config = config_from_cli(Outer, ["--seed", "4"], prog="x", default=Outer(seed=2, optimiser=Inner(learning_rate=0.1)))
    assert (config.seed, config.optimiser.learning_rate) == (4, 0.1)
