"""TOML + command line -> frozen config. An unknown key is an error that names the nearest key."""

from __future__ import annotations

import difflib
import tomllib
import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import tyro
from pydantic import BaseModel, ConfigDict, ValidationError

from symtune.errors import BadConfigError, MissingInputError


class Config(BaseModel):
    """Base of every config: frozen, closed to unknown keys. Each field carries a one-line description."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


ConfigT = TypeVar("ConfigT", bound=BaseModel)


def read_toml(path: Path | str) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        MissingInputError: there is no such file.
        BadConfigError: it is not valid TOML; the message names file and line.
    """
    path = Path(path)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingInputError(f"{path}: no such config file; check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfigError(f"{path}: not valid TOML: {error}") from error


def build_config(config_type: type[ConfigT], values: Mapping[str, Any], *, where: str = "config") -> ConfigT:
    """Check plain values and return the frozen config.

    Args:
        config_type: a pydantic model.
        values: nested mappings, as TOML gives them.
        where: file or flag that an error message should point to.

    Raises:
        BadConfigError: an unknown key (with the nearest known one), or a value that does not fit.
    """
    try:
        return config_type.model_validate(dict(values))
    except ValidationError as error:
        found = error.errors(include_url=False)
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])  # a mistyped key explains a missing one
        keys = [str(part) for part in first["loc"]]
        dotted = ".".join(keys)
        if first["type"] == "extra_forbidden":
            raise BadConfigError(f"{where}: unknown key '{dotted}'{_suggestion(config_type, keys)}") from error
        raise BadConfigError(f"{where}: key '{dotted}': {first['msg']} (got {first.get('input')!r})") from error


def load_config(config_type: type[ConfigT], path: Path | str | None, *, overrides: Mapping[str, Any] | None = None) -> ConfigT:
    """Read a config from a TOML file (or none) with overrides on top.

    Args:
        config_type: a pydantic model.
        path: a TOML file, or None for the defaults.
        overrides: nested values that win over the file.
    """
    values = read_toml(path) if path is not None else {}
    return build_config(config_type, merged(values, overrides or {}), where=str(path or "config"))


def merged(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with ``overlay`` on top; nested tables are merged key by key."""
    result = dict(base)
    for key, value in overlay.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return result


def config_from_cli(config_type: type[ConfigT], argv: Sequence[str], *, prog: str, default: ConfigT | None = None) -> ConfigT:
    """Build a config from command-line flags, one flag per field, on top of ``default``."""
    parsed: ConfigT = tyro.cli(config_type, args=list(argv), prog=prog, default=default)  # type: ignore[assignment]
    return parsed


def _suggestion(config_type: type[BaseModel], keys: Sequence[str]) -> str:
    model: type[BaseModel] | None = config_type
    for key in keys[:-1]:
        model = _model_of_field(model, key) if model is not None else None
    if model is None:
        return ""
    known = list(model.model_fields)
    nearest = difflib.get_close_matches(keys[-1], known, n=1, cutoff=0.5)
    return f"; did you mean '{nearest[0]}'?" if nearest else f"; known keys: {', '.join(sorted(known))}"


def _model_of_field(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    field = model.model_fields.get(key)
    if field is None:
        return None
    annotation = field.annotation
    is_union = typing.get_origin(annotation) in (typing.Union, types.UnionType)
    for candidate in typing.get_args(annotation) if is_union else (annotation,):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None
