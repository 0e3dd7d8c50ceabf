"use strict";
// The problem browser. Every text of a problem or program goes in through textContent, never as markup.
(() => {
  const root = document.documentElement;
  let numErrors = 0;
  const noteError = () => { root.dataset.errors = String(++numErrors); };
  window.addEventListener("error", noteError);
  window.addEventListener("unhandledrejection", noteError);
  document.addEventListener("securitypolicyviolation", noteError);
  root.dataset.errors = "0";

  const data = JSON.parse(document.getElementById("data").textContent);
  const problems = data.problems;
  const byId = new Map(problems.map((problem, index) => [problem.id, index]));
  const $ = (id) => document.getElementById(id);

  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "class") node.className = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children.flat()) if (child !== null && child !== undefined) node.append(child);
    return node;
  }

  const OUTCOMES = { passed: ["✓", "passed"], failed_test: ["✕", "failed test"], runtime_error: ["!", "runtime error"], compile_error: ["⊘", "compile error"], unjudged: ["?", "unjudged"] };
  const words = (name) => name.replaceAll("_", " ");
  const chip = (text, kind) => el("span", { class: "chip " + (kind || "") }, text);
  function outcomeChip(program) {
    const [sign, label] = OUTCOMES[program.outcome];
    return el("span", { class: "chip " + program.outcome }, el("span", { "aria-hidden": "true" }, sign), label + (program.cause ? ": " + words(program.cause) : ""));
  }

  // ---- light colouring of Python source; a token never backtracks past its own beginning ----
  const KEYWORDS = new Set("False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case".split(" "));
  const BUILTINS = new Set("abs all any bool bytes chr dict divmod enumerate filter float frozenset input int isinstance iter len list map max min next open ord pow print range repr reversed round set slice sorted str sum super tuple type zip".split(" "));
  const TOKEN = /(#[^\n]*)|((?:[rRbBuUfF]{0,2})(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))|(\b\d[\w.]*)|([A-Za-z_]\w*)/g;
  function coloured(source) {
    const code = el("code");
    let at = 0, previous = "";
    for (const match of source.matchAll(TOKEN)) {
      const text = match[0];
      let kind = "";
      if (match[1]) kind = "comment";
      else if (match[2]) kind = "string";
      else if (match[3]) kind = "number";
      else if (KEYWORDS.has(text)) kind = "keyword";
      else if (previous === "def" || previous === "class") kind = "name";
      else if (BUILTINS.has(text)) kind = "builtin";
      previous = text;
      if (!kind) continue;
      code.append(source.slice(at, match.index), el("span", { class: "tok-" + kind }, text));
      at = match.index + text.length;
    }
    code.append(source.slice(at));
    return el("pre", { class: "code", tabindex: "0", "aria-label": "Python source" }, code);
  }

  // ---- a list of buttons that is searched, filtered and walked through by the arrow keys; both browsers have one ----
  const isNarrow = () => window.matchMedia("(max-width: 52rem)").matches;
  function finder({ items, noun, text, fits, button, list, search, count, selects, select }) {
    const texts = items.map((one) => text(one).toLowerCase());
    const buttons = items.map((one, index) => el("button", { type: "button", tabindex: "-1", onclick: () => select(index, true) }, ...button(one)));
    list.append(...buttons.map((node) => el("li", {}, node)));
    const numbered = (number) => number + " " + noun + (number === 1 ? "" : "s");
    const own = { current: -1, shown: [], buttons, refresh, mark };

    function refresh() {
      const wanted = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      own.shown = [];
      items.forEach((one, index) => {
        const isShown = wanted.every((word) => texts[index].includes(word)) && fits(one);
        buttons[index].parentElement.hidden = !isShown;
        if (isShown) own.shown.push(index);
      });
      count.textContent = own.shown.length === items.length ? numbered(items.length) : own.shown.length + " of " + numbered(items.length);
      rove(own.shown.includes(own.current) ? own.current : own.shown[0]);
    }
    function rove(index) {
      for (const node of list.querySelectorAll('button[tabindex="0"]')) node.tabIndex = -1;
      if (index !== undefined) buttons[index].tabIndex = 0;
    }
    function mark(index) {
      if (own.current >= 0) buttons[own.current].removeAttribute("aria-current");
      own.current = index;
      buttons[index].setAttribute("aria-current", "true");
      rove(index);
    }
    list.addEventListener("keydown", (event) => {
      const at = own.shown.indexOf(buttons.indexOf(document.activeElement)), last = own.shown.length - 1;
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last, PageDown: Math.min(at + 8, last), PageUp: Math.max(at - 8, 0) }[event.key];
      if (at < 0 || to === undefined) return;
      event.preventDefault();
      if (to < 0) search.focus();
      else if (to <= last) { rove(own.shown[to]); buttons[own.shown[to]].focus(); }
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" && own.shown.length) { event.preventDefault(); buttons[own.shown[0]].focus(); }
      if (event.key === "Escape") { search.value = ""; refresh(); }
      if (event.key === "Enter" && own.shown.length) select(own.shown[0], true);
    });
    search.addEventListener("input", refresh);
    for (const control of Object.values(selects)) control.addEventListener("change", refresh);
    return own;
  }

  // ---- the list ----
  const search = $("search"), list = $("list"), count = $("count");
  const selects = { difficulty: $("filter-difficulty"), source: $("filter-source"), suite: $("filter-suite"), verdict: $("filter-verdict") };
  const SUITE_TESTS = {
    grown: (p) => p.before !== null && p.num_tests > p.before,
    same: (p) => p.before !== null && p.num_tests <= p.before,
  };
  const VERDICT_TESTS = {
    some: (p) => p.programs.some((x) => x.outcome === "passed"),
    none: (p) => p.programs.length > 0 && p.programs.every((x) => x.outcome !== "passed"),
    mixed: (p) => p.programs.some((x) => x.outcome === "passed") && p.programs.some((x) => x.outcome !== "passed"),
    without: (p) => p.programs.length === 0,
  };
  function fill(name, values) {
    const select = selects[name];
    for (const value of values) select.append(el("option", { value }, value));
    select.parentElement.hidden = values.length < 2;
  }
  const distinct = (key) => [...new Set(problems.map((p) => p[key]).filter(Boolean))];
  fill("difficulty", data.difficulties.filter((d) => distinct("difficulty").includes(d)));
  fill("source", distinct("source").sort());
  selects.suite.parentElement.hidden = !problems.some(SUITE_TESTS.grown);
  selects.verdict.parentElement.hidden = !problems.some((p) => p.programs.length);

  function buttonOf(p) {
    const tests = p.before !== null && p.before !== p.num_tests ? p.before + " → " + p.num_tests + " tests" : p.num_tests + (p.num_tests === 1 ? " test" : " tests");
    const sub = [p.difficulty, tests, p.programs.length ? p.programs.length + (p.programs.length === 1 ? " program" : " programs") : null].filter(Boolean).join(" · ");
    return [el("span", { class: "id" }, p.id), el("span", { class: "sub" }, sub)];
  }
  const found = finder({
    items: problems, noun: "problem", list, search, count, selects, button: buttonOf,
    text: (p) => p.id + "\n" + p.statement + "\n" + (p.entry_point || ""),
    fits: (p) => (!selects.difficulty.value || p.difficulty === selects.difficulty.value)
      && (!selects.source.value || p.source === selects.source.value)
      && (!selects.suite.value || SUITE_TESTS[selects.suite.value](p))
      && (!selects.verdict.value || VERDICT_TESTS[selects.verdict.value](p)),
    select: (index, isByHand) => select(index, isByHand),
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); search.focus(); search.scrollIntoView({ block: "center" }); }
  });

  // ---- one problem ----
  const detail = $("detail");
  let tab = "suite";
  function select(index, isByHand) {
    found.mark(index);
    show(problems[index]);
    if (!isByHand) {
      const top = found.buttons[index].offsetTop - list.offsetTop;
      list.scrollTop = Math.max(0, top - list.clientHeight / 2);
      return;
    }
    remember();
    if (isNarrow()) { detail.scrollIntoView(); $("problem-title").focus({ preventScroll: true }); }
  }

  const remember = () => history.replaceState(null, "", "#problem=" + encodeURIComponent(problems[found.current].id) + (tab === "suite" ? "" : "&tab=" + tab));

  function show(p) {
    const tests = p.before === null || p.before === p.num_tests ? p.num_tests + (p.num_tests === 1 ? " test" : " tests") : p.before + " tests before, " + p.num_tests + " after";
    const tabs = [["suite", "Suite (" + p.num_tests + ")", suitePanel], ["programs", "Programs (" + p.programs.length + ")", programsPanel], ["references", "References (" + p.references.length + ")", referencesPanel]];
    if (p.suite) tabs.push(["making", "How it was grown", makingPanel]);
    if (!tabs.some(([name]) => name === tab)) tab = "suite";
    const panel = el("div", { id: "panel", role: "tabpanel", tabindex: "0" });
    const tabList = el("div", { class: "tabs", role: "tablist", "aria-label": "Parts of the problem" });
    const open = (name) => {
      tab = name;
      for (const button of tabList.children) {
        const isOpen = button.dataset.tab === name;
        button.setAttribute("aria-selected", String(isOpen));
        button.tabIndex = isOpen ? 0 : -1;
      }
      panel.setAttribute("aria-labelledby", "tab-" + name);
      panel.replaceChildren(...tabs.find((entry) => entry[0] === name)[2](p));
    };
    for (const [name, label] of tabs) tabList.append(el("button", { type: "button", role: "tab", id: "tab-" + name, "data-tab": name, "aria-controls": "panel", onclick: () => { open(name); remember(); } }, label));
    tabList.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabList.children[(tabs.findIndex((entry) => entry[0] === tab) + step + tabs.length) % tabs.length];
      open(next.dataset.tab);
      remember();
      next.focus();
    });
    detail.replaceChildren(
      el("button", { type: "button", class: "back", onclick: () => { $("finder").scrollIntoView(); found.buttons[found.current].focus({ preventScroll: true }); } }, "← All problems"),
      el("h3", { id: "problem-title", tabindex: "-1" }, p.id),
      el("div", { class: "facts-line" }, p.difficulty ? chip(p.difficulty) : null, chip(p.entry_point ? "function " + p.entry_point : "stdin and stdout"), chip(tests, p.before !== null && p.num_tests > p.before ? "new" : ""), p.source ? chip("from " + p.source) : null),
      looksLikeCode(p.statement) ? coloured(p.statement.trim()) : el("div", { class: "statement" + (p.statement.length > 1800 ? " is-long" : ""), tabindex: p.statement.length > 1800 ? "0" : null }, p.statement),
      ...(p.starter_code ? [el("h4", {}, "Starter code"), coloured(p.starter_code)] : []),
      ...(p.examples.length ? [el("h4", {}, "Public examples"), caseTable(p.examples, p, false), ...more(p.examples.length, p.num_examples, "examples")] : []),
      tabList, panel);
    open(tab);
  }

  const looksLikeCode = (text) => /^\s*(?:from \w|import \w|def \w|class \w|@\w)/.test(text) && text.includes("def ");
  const more = (numShown, numAll, noun) => numShown < numAll ? [el("p", { class: "quiet small" }, "The first " + numShown + " of " + numAll + " " + noun + " are shown.")] : [];

  function caseTable(cases, p, withOrigin) {
    const withComparator = cases.some((item) => item.comparator !== cases[0].comparator);
    const columns = ["#", p.entry_point ? "arguments" : "stdin", "expected", ...(withComparator ? ["comparator"] : []), ...(withOrigin ? ["origin"] : [])];
    const rows = cases.map((item, index) => el("tr", {},
      el("td", {}, String(index)),
      el("td", { "data-label": columns[1] }, el("pre", {}, item.given)),
      el("td", { "data-label": "expected" }, el("pre", {}, item.expected)),
      withComparator ? el("td", { "data-label": "comparator" }, words(item.comparator)) : null,
      withOrigin ? el("td", { "data-label": "origin" }, chip(words(item.origin), item.origin === "given" ? "" : "new")) : null));
    return el("div", { class: "scroll" }, el("table", { class: "cases" }, el("thead", {}, el("tr", {}, columns.map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, rows)),
      withComparator ? null : el("p", { class: "quiet small" }, "Compared by: " + words(cases[0].comparator) + "."));
  }

  function suitePanel(p) {
    if (!p.tests.length) return [el("p", { class: "quiet" }, "This problem has no private tests.")];
    return [caseTable(p.tests, p, true), ...more(p.tests.length, p.num_tests, "tests")];
  }

  function programsPanel(p) {
    if (!p.programs.length) return [el("p", { class: "quiet" }, "No program for this problem is stored in these runs.")];
    const policies = [...new Set(p.programs.map((program) => program.policy))];
    const holder = el("div");
    const fillIn = (policy) => holder.replaceChildren(...p.programs.filter((program) => !policy || program.policy === policy).map((program) => programEntry(program, p)));
    fillIn("");
    if (holder.firstChild) holder.firstChild.open = true;
    const picker = el("select", { id: "policy", onchange: () => fillIn(picker.value) }, el("option", { value: "" }, "all policies"), policies.map((name) => el("option", { value: name }, name)));
    return [policies.length > 1 ? el("div", { class: "row-tools" }, el("label", { for: "policy" }, "Programs of"), picker) : null, holder].filter(Boolean);
  }

  function programEntry(program, p) {
    const inside = el("div", { class: "inside" });
    const entry = el("details", { class: "program" },
      el("summary", {}, el("span", { class: "who" }, program.policy + (program.label ? " (" + program.label + ")" : "")), outcomeChip(program),
        el("span", { class: "score" }, program.num_cases === undefined ? "" : program.num_passed + " of " + program.num_cases + " cases passed")), inside);
    entry.addEventListener("toggle", () => {
      if (entry.open && !inside.firstChild) inside.append(...[failureBlock(program, p), coloured(program.source), el("p", { class: "quiet small mono" }, program.id)].filter(Boolean));
    });
    return entry;
  }

  function failureBlock(program, p) {
    if (program.unjudged_reason) return el("div", { class: "failure" }, "No verdict: " + program.unjudged_reason);
    const failure = program.failure;
    if (!failure) return null;
    const item = program.failed_case;
    return el("div", { class: "failure" },
      el("strong", {}, failure.case_index === null ? "Failed before any case" : "First failure: case " + failure.case_index),
      el("pre", {}, failure.message),
      item ? el("pre", { class: "quiet" }, (p.entry_point ? "arguments: " : "stdin: ") + item.given + "\nexpected: " + item.expected) : null,
      failure.got ? el("pre", { class: "quiet" }, "got: " + failure.got) : null,
      failure.trace ? el("pre", { class: "quiet" }, failure.trace) : null);
  }

  function referencesPanel(p) {
    return p.references.length ? p.references.map((source) => coloured(source)) : [el("p", { class: "quiet" }, "No reference is stored.")];
  }

  function makingPanel(p) {
    const rows = [];
    const add = (name, value) => { if (value && (typeof value !== "object" || Object.keys(value).length)) rows.push(el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, typeof value === "object" ? Object.entries(value).map(([key, number]) => words(key) + ": " + (typeof number === "number" && !Number.isInteger(number) ? number.toFixed(2) : number)).join(", ") : String(value)))); };
    add("no new cases because", p.suite.skipped && words(p.suite.skipped));
    add("cases by origin", p.suite.num_by_origin);
    add("inputs dropped, by reason", p.suite.dropped);
    add("seconds by explorer", p.suite.seconds_by_explorer);
    const contract = p.suite.contract ? [el("h4", {}, "Contract of the inputs"), el("pre", { class: "config", tabindex: "0" }, JSON.stringify(p.suite.contract, null, 2))] : [];
    return [el("table", {}, el("tbody", {}, rows)), ...contract];
  }

  // What dialogues.js builds on.
  globalThis.symtunePage = { data, el, chip, words, coloured, outcomeChip, finder, isNarrow };

  // ---- start ----
  function fromAddress() {
    const match = /^#problem=([^&]*)(?:&tab=(\w+))?$/.exec(location.hash);
    if (!match) return -1;
    let id = "";
    try { id = decodeURIComponent(match[1]); } catch { return -1; }
    if (match[2]) tab = match[2];
    return byId.has(id) ? byId.get(id) : -1;
  }
  found.refresh();
  if (problems.length) {
    const wanted = fromAddress();
    select(wanted >= 0 ? wanted : Math.max(0, problems.findIndex((p) => p.programs.length > 1 && p.before !== null && p.num_tests > p.before)), false);
    if (wanted >= 0) $("problems").scrollIntoView({ behavior: "instant" });
  }
  window.addEventListener("hashchange", () => { const index = fromAddress(); if (index >= 0) select(index, false); });
  root.dataset.ready = "1";
})();
