"""The page: nothing is loaded, no text becomes markup, and in a browser it works by hand and by keyboard."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report.sample_runs import HOSTILE

from symtune.report import ReportFiles
from symtune.report.page import embed_json

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-logging=stderr", "--virtual-time-budget=4000",
)  # fmt: skip


class Elements(HTMLParser):
    """The elements of a page as a browser's parser sees them, with the text of scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, text: str) -> None:
        if self.lasttag == "script" and text.strip():
            self.scripts.append(text)


def test_the_page_loads_nothing(sample_report: ReportFiles) -> None:
    elements = Elements(sample_report.html.read_text())
    links = [value for _, attributes in elements.tags for name, value in attributes.items()
             if name in ("src", "href", "srcset", "action", "data", "poster")]  # fmt: skip
    assert links
    assert all(link.startswith(("data:", "#")) for link in links if link)
    page = sample_report.html.read_text()
    assert "@import" not in page
    assert "url(" not in page


def test_no_handler_stands_in_markup_and_only_our_scripts_are_allowed(sample_report: ReportFiles) -> None:
    page = sample_report.html.read_text()
    elements = Elements(page)
    assert not [name for _, attributes in elements.tags for name in attributes if name.startswith("on")]
    assert [tag for tag, _ in elements.tags].count("script") == 2
    policy = next(a["content"] for tag, a in elements.tags if a.get("http-equiv") == "Content-Security-Policy")
    code = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)[0]
    assert f"script-src 'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'" in (policy or "")
    assert "unsafe-inline" not in (policy or "")
    assert "default-src 'none'" in (policy or "")


def test_hostile_texts_come_through_as_text(sample_report: ReportFiles) -> None:
    page = sample_report.html.read_text()
    assert HOSTILE not in page
    assert "<b>sample</b>" not in page
    data = json.loads(Elements(page).scripts[0])
    hostile = next(problem for problem in data["problems"] if problem["id"].startswith("hostile/"))
    assert hostile["id"] == f"hostile/{HOSTILE}"
    assert any(HOSTILE in program["source"] for program in hostile["programs"])


@given(st.recursive(st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
@settings(max_examples=150, deadline=None)
def test_embedded_json_is_inert_and_comes_back(form: object) -> None:
    text = embed_json(form)
    assert not set("<>&") & set(text)
    assert text.isascii()
    assert json.loads(text) == form


def test_the_page_says_how_it_was_made(sample_report: ReportFiles) -> None:
    page = sample_report.html.read_text()
    assert "How this was made" in page
    assert "/04-" not in page
    for text in ("02-tests", "03-sft", "evaluate-critic", "learning_rate", "num_steps", "python"):
        assert text in page
    assert str(sample_report.html.parent) not in page


@pytest.fixture(scope="module")
def browser() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no headless browser ({', '.join(BROWSERS)}) is installed; the page is checked by its text only")
    return found


def dumped(browser: str, address: str, profile: Path) -> tuple[str, str]:
    """Return the page's elements after its script has run, and what the browser logged."""
    command = [browser, *BROWSER_FLAGS, f"--user-data-dir={profile}", "--dump-dom", address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    return done.stdout, done.stderr


def test_in_a_browser_it_shows_problem_suite_and_programs(
    browser: str, sample_report: ReportFiles, tmp_path: Path
) -> None:
    page, log = dumped(browser, f"{sample_report.html.as_uri()}#problem=gym%2F0001&tab=programs", tmp_path / "profile")
    root = re.search(r"<html[^>]*>", page)
    assert root is not None
    assert 'data-ready="1"' in root[0]
    assert 'data-errors="0"' in root[0]
    assert "CONSOLE" not in log
    assert '<h3 id="problem-title" tabindex="-1">gym/0001</h3>' in page
    assert page.count('class="program"') == 24
    assert 'class="tok-keyword">def</span>' in page
    assert "First failure: case" in page
    assert "12 problems" in page


DRIVE = """
<script>
(() => {
  const note = (name, value) => { document.documentElement.dataset[name] = String(value); };
  const key = (node, name) => node.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
  const search = document.getElementById("search"), list = document.getElementById("list");
  const visible = () => [...list.querySelectorAll("li:not([hidden]) button")];
  key(document.body, "/");
  note("slash", document.activeElement === search);
  search.value = "hostile"; search.dispatchEvent(new Event("input"));
  note("found", visible().length);
  key(search, "Enter");
  note("title", document.getElementById("problem-title").textContent.startsWith("hostile/<" + "/script>"));
  note("statement", document.querySelector(".statement").childElementCount);
  const programs = document.getElementById("tab-programs"); programs.click();
  note("tabs", programs.getAttribute("aria-selected") + " " + document.querySelectorAll(".program").length);
  key(programs, "ArrowRight");
  note("next", document.activeElement.id);
  key(search, "Escape");
  const grown = document.getElementById("filter-suite"); grown.value = "same"; grown.dispatchEvent(new Event("change"));
  note("same", visible().every((button) => !button.textContent.includes("→")) && visible().length > 0);
  grown.value = ""; grown.dispatchEvent(new Event("change"));
  visible()[0].focus(); key(document.activeElement, "ArrowDown"); key(document.activeElement, "ArrowDown");
  note("third", document.activeElement === visible()[2]);
  note("hacked", window.hacked === undefined ? "no" : "yes");
  note("images", document.querySelectorAll("img:not([src^='data:'])").length);
})();
</script>
"""


def test_in_a_browser_it_works_by_keyboard_and_stays_inert(
    browser: str, sample_report: ReportFiles, tmp_path: Path
) -> None:
    """The copy under test lacks the content policy, so that only the escaping stands between hostile text and markup."""
    page = re.sub(r"<meta http-equiv[^>]*>", "", sample_report.html.read_text())
    copy = tmp_path / "driven.html"
    copy.write_text(page.replace("</body>", DRIVE + "</body>"))
    dom, log = dumped(browser, copy.as_uri(), tmp_path / "profile")
    root = re.search(r"<html[^>]*>", dom)
    assert root is not None
    got = dict(re.findall(r'data-(\w+)="([^"]*)"', root[0]))
    assert got == {
        "errors": "0", "ready": "1", "slash": "true", "found": "1", "title": "true", "statement": "0", "tabs": "true 24",
        "next": "tab-references", "same": "true", "third": "true", "hacked": "no", "images": "0",
    }, [line for line in log.splitlines() if "CONSOLE" in line]  # fmt: skip
