"use strict";
// The browser of dialogues. It builds on what page.js shares; every text goes in through textContent, never as markup.
(() => {
  const { data, el, chip, words, coloured, outcomeChip, finder, isNarrow } = globalThis.symtunePage;
  const dialogues = data.dialogues;
  const $ = (id) => document.getElementById(id);
  if (!dialogues.length) return;
  const list = $("dialogue-list"), detail = $("dialogue-detail"), count = $("dialogue-count"), search = $("dialogue-search");
  const selects = { policy: $("dialogue-policy"), ending: $("dialogue-ending"), turns: $("dialogue-turns") };
  const ENDS = { public_passed: "passed the public tests", turn_limit: "no turn was left", context_full: "the context was full", unjudged: "no verdict" };

  const ending = (one) => one.reason ? "unjudged" : one.solved ? (one.turns.length > 1 ? "repaired" : "at once") : "failed";
  const signs = (one) => one.turns.map((turn) => !turn.source && turn.source !== "" ? "–" : !turn.public ? "?" : { passed: "✓", failed_test: "✕", runtime_error: "!", compile_error: "⊘" }[turn.public.outcome]).join(" ");

  function fill(select, values) {
    for (const [value, label] of values) select.append(el("option", { value }, label));
    select.parentElement.hidden = values.length < 2;
  }
  const distinct = (pick) => [...new Set(dialogues.map(pick))];
  fill(selects.policy, distinct((one) => one.policy).map((name) => [name, name]));
  const endings = { repaired: "solved after a repair", failed: "failed", "at once": "solved at once", unjudged: "unjudged" };
  fill(selects.ending, Object.entries(endings).filter(([name]) => dialogues.some((one) => ending(one) === name)));
  fill(selects.turns, distinct((one) => one.turns.length).sort((a, b) => a - b).map((number) => [String(number), String(number)]));

  const endsAs = (one) => ending(one) === "at once" ? "solved at once" : ending(one);
  const found = finder({
    items: dialogues, noun: "episode", list, search, count, selects,
    button: (one) => [el("span", { class: "id" }, one.id), el("span", { class: "sub" }, [one.policy, endsAs(one), signs(one)].join(" · "))],
    text: (one) => one.id + "\n" + one.problem + "\n" + one.policy + "\n" + (one.turns.length ? one.turns[0].prompt : ""),
    fits: (one) => (!selects.policy.value || one.policy === selects.policy.value)
      && (!selects.ending.value || ending(one) === selects.ending.value)
      && (!selects.turns.value || String(one.turns.length) === selects.turns.value),
    select: (index, isByHand) => select(index, isByHand),
  });

  function select(index, isByHand) {
    found.mark(index);
    show(dialogues[index]);
    if (!isByHand) return;
    history.replaceState(null, "", "#dialogue=" + index);
    if (isNarrow()) { detail.scrollIntoView(); $("dialogue-title").focus({ preventScroll: true }); }
  }

  function show(one) {
    const result = one.reason ? chip("unjudged") : chip(one.solved ? "✓ solved" : "✕ not solved", one.solved ? "passed" : "failed_test");
    detail.replaceChildren(...[
      el("button", { type: "button", class: "back", onclick: () => { $("dialogue-finder").scrollIntoView(); found.buttons[found.current].focus({ preventScroll: true }); } }, "← All episodes"),
      el("h3", { id: "dialogue-title", tabindex: "-1" }, one.id),
      el("div", { class: "facts-line" }, result, chip(one.policy), one.difficulty ? chip(one.difficulty) : null, chip(one.turns.length + (one.turns.length === 1 ? " turn" : " turns")), chip("ended: " + (ENDS[one.end] || words(one.end)))),
      one.reason ? el("div", { class: "failure" }, "No verdict: " + one.reason) : null,
      el("ol", { class: "dialogue" }, one.turns.map((turn, index) => turnEntry(turn, index, one))),
    ].filter(Boolean));
  }

  function turnEntry(turn, index, one) {
    const isLast = index === one.turns.length - 1;
    return el("li", { class: "turn" },
      el("h4", {}, "Turn " + (index + 1)),
      el("div", { class: "said asked" }, el("p", { class: "who" }, index === 0 ? "Problem" : "Feedback"), el("pre", { tabindex: "0" }, turn.prompt)),
      el("div", { class: "said answered" },
        el("p", { class: "who" }, "Policy", el("span", { class: "quiet" }, [turn.tokens ? turn.tokens + " tokens" : null, turn.stop === "length" ? "cut at its length" : null].filter(Boolean).map((text) => " · " + text).join(""))),
        ...replyParts(turn)),
      verdictBlock("Public tests", turn.public, turn),
      isLast || turn.final ? verdictBlock("All tests", turn.final, turn, isLast && !one.reason) : null);
  }

  // What is shown first: the program at turn 1 and the changes later; the reply as it was written, and the whole program, are folded.
  function replyParts(turn) {
    const hasProgram = turn.source !== null;
    if (!hasProgram) return [el("pre", { class: "reply", tabindex: "0" }, turn.reply || "(an empty reply)")];
    const folded = (title, make) => {
      const box = el("details", {}, el("summary", {}, title));
      box.addEventListener("toggle", () => { if (box.open && box.children.length === 1) box.append(make()); });
      return box;
    };
    const written = folded("The reply as it was written", () => el("pre", { class: "reply", tabindex: "0" }, turn.reply));
    if (turn.same) return [el("p", { class: "quiet" }, "The program is the same as before, character by character."), folded("The program", () => coloured(turn.source)), written];
    if (turn.changes.length) return [el("p", { class: "quiet small" }, "Changes from the program before:"), difference(turn.changes), folded("The whole program", () => coloured(turn.source)), written];
    return [coloured(turn.source), written];
  }

  function difference(lines) {
    const code = el("code");
    for (const line of lines) {
      const kind = line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : line.startsWith("@@") ? "place" : "";
      code.append(el("span", { class: "line " + kind }, line || " "));
    }
    return el("pre", { class: "code difference", tabindex: "0", "aria-label": "Difference from the program before" }, code);
  }

  function verdictBlock(title, verdict, turn, isFinal) {
    if (!verdict) {
      const why = turn.source === null ? "no program: the reply holds no valid code" : isFinal === false ? "no verdict" : "not judged";
      return el("div", { class: "verdict" }, el("span", { class: "who" }, title), chip(why));
    }
    return el("div", { class: "verdict" }, el("span", { class: "who" }, title), outcomeChip(verdict),
      el("span", { class: "quiet small" }, verdict.num_passed + " of " + verdict.num_cases + " cases passed"),
      verdict.message ? el("pre", { class: "quiet" }, [verdict.message, verdict.trace].filter(Boolean).join("\n")) : null);
  }

  function fromAddress() {
    const match = /^#dialogue=(\d+)$/.exec(location.hash);
    return match && Number(match[1]) < dialogues.length ? Number(match[1]) : -1;
  }
  found.refresh();
  const wanted = fromAddress();
  select(Math.max(0, wanted), false);
  if (wanted >= 0) $("dialogues").scrollIntoView({ behavior: "instant" });
  window.addEventListener("hashchange", () => { const index = fromAddress(); if (index >= 0) select(index, false); });
})();
