// May they leave? Each criterion by itself: met, not met or not assessed, with the reason; never one green light
// for what nobody looked at.
const STATES = { met: "check", "not met": "cross", "not assessed": "open" };

function buildCriterion(app, first) {
  const node = make("li", "criterion");
  const words = make("div", "body"), title = make("p", "says"), why = make("p", "by");
  words.append(title, why);
  const mark = make("span", "mark");
  node.append(mark, words);
  const ticks = first.method === "ticked" && chips(first.title, [[true, "yes"], [false, "no"]], (value) =>
    app.send("tick", { criterion: first.id, met: value === undefined ? null : value, note: "" }));
  if (ticks) {
    ticks.node.firstChild.classList.add("hidden");
    node.append(ticks.node);
  }
  return {
    node,
    update(found, since) {
      const waits = app.box.items().filter(({ entry }) => entry.kind === "tick" && entry.criterion === found.id).at(-1);
      const state = since && !ticks ? "not assessed" : found.state;
      put(mark, STATES[state], state);
      node.dataset.state = state;
      say(title, found.title);
      const reason = since && !ticks ? `unknown since ${since}` : found.says;
      say(why, `${reason}${found.by ? ` ${found.by}` : ""}${waits ? " · not saved" : ""}`);
      node.classList.toggle("unsaved", Boolean(waits));
      if (ticks) ticks.set(waits ? waits.entry.met ?? undefined : { met: true, "not met": false }[found.state]);
    },
  };
}

function escortForm(app) {
  const body = make("form", "escort");
  const name = textField(), transport = textField();
  body.append(labelled("Escort, by name", name), labelled("How they get home", transport));
  submitting(body, "Save the escort", () => {
    if (!name.value.trim()) return missing(app, name, "Name the responsible adult.");
    app.send("escort", { name: name.value.trim(), transport: transport.value.trim() });
    typed = false;
  }, "");
  let typed = false;
  body.addEventListener("input", () => (typed = true));
  return {
    node: body,
    update(leaving) {
      if (typed || app.box.waiting().some(({ entry }) => entry.kind === "escort")) return;
      name.value = leaving.escort || "";
      transport.value = leaving.transport || "";
    },
  };
}

// A prescriber's word, by name and secret. It goes out once and lies nowhere.
function decisionForm(app) {
  const body = make("form", "fold");
  body.hidden = true;
  const who = make("select", "text"), secret = textField("", "password"), reason = textField(), problem = make("p", "problem");
  problem.hidden = true;
  problem.setAttribute("role", "alert");
  body.append(labelled("Prescriber", who), labelled("Their password or PIN", secret), labelled("Why they may leave", reason), problem);
  const save = submitting(body, "I decide that they may leave", async () => {
    const entry = { key: newKey(), kind: "decide", at: new Date(app.now()).toISOString(), username: who.value, secret: secret.value, reason: reason.value.trim() };
    secret.value = "";
    save.disabled = true;
    const problems = await app.link.once(entry);
    save.disabled = false;
    say(problem, problems.join(" "));
    problem.hidden = !problems.length;
    if (!problems.length) body.hidden = true;
    app.redraw();
  });
  return {
    node: body,
    update(state) {
      if (who.options.length !== state.prescribers.length)
        who.replaceChildren(...state.prescribers.map(([username, name]) => new Option(name, username)));
    },
  };
}

function minimumWords(state, now, since) {
  const m = state.minimum;
  if (!m) return ["open", "No minimum observation is set."];
  const locked = m.locked ? ", locked by the protocol" : "";
  if (!m.until) return ["clock", `${m.minutes} min after the ${m.from === "stop" ? "end of the dose" : "start"} at least${locked}`];
  if (since) return ["off", `Minimum observation: unknown since ${since}`];
  const left = Date.parse(m.until) - now;
  return left > 0 ? ["clock", `Minimum observation: ${lasting(left)} to go${locked}`] : ["check", "Minimum observation is over"];
}

function buildLeaving(app) {
  const node = make("section", "card leaving");
  const verdict = make("p", "verdict"), minimum = make("p", "facts"), list = make("ul", "list criteria");
  const decision = make("p", "facts"), decide = decisionForm(app), escort = escortForm(app);
  const times = make("p", "facts"), acts = make("div", "pads");
  const early = make("form", "fold"), why = textField();
  early.hidden = true;
  early.append(labelled("Not every criterion is met. Why do they leave now?", why));
  submitting(early, "Record that they left", () => {
    if (!why.value.trim()) return missing(app, why, "Say why they leave now.");
    app.send("left", { reason: why.value.trim() });
    early.hidden = true;
  }, "grave");
  const ready = button("pad", "Ready now", () => app.send("ready", {}), "check");
  const left = button("pad", "Left now", () => {
    const { leaving } = app.state();
    if (leaving.ready || leaving.decision) return app.send("left", {});
    early.hidden = false;
    why.focus();
  }, "door");
  const back = ["ready", "left"].map((name) => [name, button("big quiet", `Take back “${name}”`, () => app.send("undo", { target: name }), "undo")]);
  const ask = button("pad", "A prescriber decides", () => (decide.node.hidden = !decide.node.hidden));
  acts.append(ready, left, ask, ...back.map(([, one]) => one));
  node.append(make("h2", "", "May they leave?"), verdict, minimum, list, escort.node, decision, times, acts, decide.node, early);

  let drawn = null;
  function draw(state, now, since) {
    const { leaving } = state;
    const open = leaving.criteria.filter((one) => one.state !== "met").length;
    const words = since ? `Unknown since ${since}` : leaving.ready ? "May leave: every criterion is met"
      : leaving.decision ? `May leave by decision of ${leaving.decision.by}` : `Not yet: ${open} of ${leaving.criteria.length} not met or not assessed`;
    put(verdict, since ? "off" : leaving.ready || leaving.decision ? "check" : "door", words);
    verdict.dataset.tone = since ? "unknown" : leaving.ready || leaving.decision ? "good" : "calm";
    const [name, text] = minimumWords(state, now, since);
    put(minimum, name, text);
    if (drawn !== since) leaving.criteria.forEach((one) => list.parts.get(one.id).update(one, since));
    drawn = since;
  }
  return {
    node,
    openDecision() {
      decide.node.hidden = false;
      decide.node.scrollIntoView({ block: "center" });
    },
    update(state) {
      const { leaving } = state;
      keyed(list, leaving.criteria, (one) => one.id, (one) => buildCriterion(app, one));
      drawn = null;
      escort.update(leaving);
      decide.update(state);
      decision.hidden = !leaving.decision;
      if (leaving.decision) say(decision, `Decided by ${leaving.decision.by}: ${leaving.decision.says}`);
      const known = [["Ready", state.ready_at], ["Left", state.left_at]].filter(([, at]) => at);
      times.hidden = !known.length;
      say(times, known.map(([word, at]) => `${word} ${app.wall.hhmm(at)}`).join(" · "));
      const waits = app.box.waiting().map(({ entry }) => entry.kind);
      ready.hidden = Boolean(state.ready_at) || waits.includes("ready");
      left.hidden = Boolean(state.left_at) || waits.includes("left");
      back.forEach(([name, one]) => (one.hidden = !state[`${name}_at`]));
    },
    tick: draw,
  };
}
