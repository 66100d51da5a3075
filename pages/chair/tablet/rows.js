// What was entered, newest first: who, when, and what the limits saw. What is not saved is hatched and says so.
const TIERS = { amber: "amber: recheck", hold: "hold", no_start: "do not start", red: "red: out of limits", critical: "critical: out of limits" };
const LOUD = ["hold", "no_start", "red", "critical"];
const FEW = 12;
const CHANGING = ["tick"];
// The times of a treatment that can be taken back by their name.
const TIMES = { stop: "the end of the dose", ready: "ready", left: "left" };

// An unsent entry in words.
const TELLS = {
  vitals: (entry, state) => state.fields.filter((one) => one.name in entry.values).map((one) => `${one.label} ${entry.values[one.name]}`).join(" · ")
    || (entry.symptoms ? "Symptoms asked" : "Oxygen"),
  event: (entry) => `${entry.term}, ${entry.severity}`,
  event_change: (entry) => `Change of an event: ${entry.resolved ? "over" : entry.severity || (entry.serious ? "serious" : "not serious")}`,
  undo: (entry) => `Taken back${TIMES[entry.target] ? `: ${TIMES[entry.target]}` : ""}`,
  pause: () => "Infusion paused",
  resume: () => "Infusion resumed",
  rescue: (entry) => `${entry.drug} ${entry.dose}`,
  part: (entry) => `${entry.what}, ${entry.mg} mg`,
  given: (entry) => `Given: ${entry.mg} mg`,
  stop: (entry) => `Dose ended${entry.early ? " early" : ""}`,
  tick: (entry, state) => `${(state.leaving.criteria.find((one) => one.id === entry.criterion) || {}).title}: ${{ true: "yes", false: "no" }[entry.met] || "not assessed"}`,
  escort: (entry) => `Escort: ${entry.name}`,
  ready: () => "Ready to leave",
  left: () => "Left",
  ack: () => "Alert seen",
  act: (entry) => `Action: ${entry.action}`,
  close: () => "Alert closed",
  assess: (entry) => `Assessed as ${entry.as}`,
  note: (entry) => `Note: ${entry.text}`,
  room: (entry) => `Room: ${entry.room}`,
};
const told = (entry, state) => (TELLS[entry.kind] || (() => entry.kind))(entry, state);

function buildRow(app, first) {
  const node = make("li", "row");
  const at = make("div", "at"), time = make("strong"), minute = make("small");
  const body = make("div", "body"), says = make("p", "says"), tier = make("p", "tier"), detail = make("p", "detail"), by = make("p", "by");
  const acts = make("div", "acts");
  at.append(time, minute);
  body.append(says, tier, detail, by);
  node.append(at, body, acts);
  let row = first;
  const more = make("div", "change");
  more.hidden = true;
  const severity = chips("How bad", app.state().severities.map((one) => [one, one]), (value) => value && app.amend(row.key, { severity: value }));
  const serious = chips("Serious", [[true, "serious"], [false, "not serious"]], (value) => value !== undefined && app.amend(row.key, { serious: value }));
  const over = button("big", "Over now", () => app.amend(row.key, { resolved: true }), "check");
  let sure = 0;
  const back = button("big quiet undo", "Take back?", () => {
    if (Date.now() - sure > 4 * SECOND) {
      sure = Date.now();
      back.classList.add("sure");
      setTimeout(() => back.classList.remove("sure"), 4 * SECOND);
      return;
    }
    app.takeBack(row.key);
  }, "undo");
  const change = button("big quiet", "Change", () => (more.hidden = !more.hidden));
  more.append(severity.node, serious.node, over);
  acts.append(change, back);
  node.append(more);

  return {
    node,
    update(found) {
      row = found;
      const values = row.values || {};
      say(time, app.wall.hhmm(row.at));
      say(minute, row.minute === null || row.minute === undefined ? "" : row.minute < 0 ? "before" : `min ${row.minute}`);
      say(says, row.says);
      const loud = LOUD.includes(row.tier);
      node.className = `row ${row.kind} ${row.tier ? (loud ? "loud" : "amber") : ""}`;
      tier.hidden = !row.tier;
      if (row.tier) put(tier, loud ? "stop" : "warn", TIERS[row.tier] || row.tier);
      say(detail, [...(row.findings || []), row.detail].filter(Boolean).join(" "));
      detail.hidden = !detail.textContent;
      const undoing = app.box.items().some(({ entry }) => entry.kind === "undo" && entry.target === row.key);
      say(by, `${row.by}${row.late ? `, entered ${app.wall.hhmm(row.entered_at)}` : ""}${undoing ? " · taken back, not saved" : ""}`);
      change.hidden = row.kind !== "event";
      if (row.kind === "event") {
        severity.set(values.severity);
        serious.set(values.serious);
        over.hidden = values.resolved_minute !== null && values.resolved_minute !== undefined;
      }
      back.hidden = undoing || CHANGING.includes(row.kind);
      back.setAttribute("aria-label", `Undo ${row.says} of ${app.wall.hhmm(row.at)}`);
      node.classList.toggle("unsaved", undoing);
    },
  };
}

function buildUnsaved(app, first) {
  const node = make("li", "row unsaved");
  const at = make("div", "at"), body = make("div", "body"), says = make("p", "says"), why = make("p", "by");
  at.append(make("strong", "", app.wall.hhmm(first.entry.at)));
  body.append(says, why);
  node.append(at, body);
  return {
    node,
    update(item) {
      say(says, told(item.entry, app.state()));
      say(why, item.problems ? "not saved: see above" : "not saved");
    },
  };
}

function buildRows(app) {
  const node = make("section", "card rows");
  const fresh = make("ul", "list fresh"), list = make("ul", "list"), none = make("p", "facts", "Nothing is recorded yet.");
  const all = button("big quiet", "", () => {
    few = !few;
    app.redraw();
  });
  let few = true;
  node.append(make("h2", "", "What was recorded"), none, fresh, list, all);
  return {
    node,
    update(state) {
      keyed(fresh, [...app.box.items()].reverse(), (item) => item.entry.key, (item) => buildUnsaved(app, item));
      const rows = [...state.rows].reverse();
      keyed(list, few ? rows.slice(0, FEW) : rows, (row) => row.key, (row) => buildRow(app, row));
      none.hidden = rows.length > 0 || app.box.items().length > 0;
      fresh.hidden = !app.box.items().length;
      all.hidden = rows.length <= FEW;
      say(all.firstChild, few ? `All ${rows.length} entries` : "The latest only");
    },
  };
}
