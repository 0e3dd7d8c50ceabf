"""The doctor tells what a guest is really behind, and what helps where this machine refuses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from symtune.errors import IsolationError
from symtune.sandbox import doctor, guest_process


@pytest.fixture(scope="module")
def layers() -> dict[str, doctor.Layer]:
    return {layer.name: layer for layer in doctor.look_at_layers()}


def test_every_layer_of_full_isolation_is_on(layers):
    assert [layer for layer in layers.values() if layer.is_needed and not layer.is_on] == []
    assert {"user namespace", "mnt namespace", "seccomp", "no capabilities", "files out of reach", "limits"} <= set(layers)


def test_what_is_not_used_is_said_and_not_needed(layers):
    for name in ("time namespace", "control group"):
        assert not layers[name].is_on
        assert not layers[name].is_needed


def test_a_file_in_reach_is_told(monkeypatch):
    reached = str(Path(os.__file__).parent / "os.py")
    monkeypatch.setattr(doctor, "_files_of_home", lambda: [reached])
    layer = next(layer for layer in doctor.look_at_layers() if layer.name == "files out of reach")
    assert not layer.is_on
    assert reached in layer.detail


IS_REFUSED_RLIMITS = os.geteuid() == 0 and not guest_process._is_reachable(Path(os.__file__))


@pytest.mark.skipif(IS_REFUSED_RLIMITS, reason="only root may read this Python, and programs never run as root")
def test_the_weaker_mode_shares_namespaces_and_says_so():
    seen = {layer.name: layer for layer in doctor.look_at_layers("rlimits")}
    assert not seen["pid namespace"].is_on
    assert seen["seccomp"].is_on
    assert seen["no capabilities"].is_on


def test_a_refusal_names_the_switch(monkeypatch, tmp_path):
    def refuse(pid, *, may_add):
        raise IsolationError("this machine does not let a user namespace be mapped")

    monkeypatch.setattr(guest_process, "_write_id_maps", refuse)
    assert "user namespace" in doctor.refusal()
    switch = tmp_path / "user" / "max_user_namespaces"
    switch.parent.mkdir()
    switch.write_text("0\n")
    monkeypatch.setattr(doctor, "_SYSTEM_SWITCHES", tmp_path)
    assert "sysctl -w user.max_user_namespaces=15000" in doctor.missing_switches()
    switch.write_text("9\n")
    assert "sysctl -w user.max_user_namespaces=15000" not in doctor.missing_switches()
