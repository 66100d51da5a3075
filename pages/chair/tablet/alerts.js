// What wants somebody now: seen, then what was done, then closed, each by name. Nothing here goes by itself.
const QUICK = ["rechecked", "told the prescriber", "infusion paused", "emergency called"];
const ASSESSED = [["panic", "panic"], ["cardiac", "cardiac"], ["other", "other"]];
const GRAVE = ["U0", "U1"];

function recheckWords(alert, now, since) {
  if (!alert.recheck_due) return "";
  if (since) return `Recheck: unknown since ${since}`;
  const left = Date.parse(alert.recheck_due) - now;
  return left >= 0 ? `Recheck due in ${lasting(left)}` : `Recheck overdue ${inMinutes(-left)}`;
}

// Of an emergency symptom somebody says later, by name, what it was.
const isSymptom = (state, alert) =>
  alert.rule === "event.emergency" ||
  (alert.rule === "bp.critical" && state.rows.some((row) => row.values && row.values.symptoms && row.values.symptoms.length));

function buildAlert(app, first) {
  const node = make("article", `alert ${GRAVE.includes(first.urgency) ? "grave" : "mild"}`);
  const title = make("h2", "title"), saw = make("p", "saw"), recheck = make("p", "recheck"), done = make("p", "done");
  const acts = make("div", "acts");
  const words = textField("What was done");
  words.setAttribute("aria-label", `What was done about: ${first.title}`);
  const send = (kind, more = {}) => app.send(kind, { alert: first.key, ...more });
  const seen = button("big primary", "Seen", () => send("ack"), "check");
  seen.title = "Says only that you have read it; it stays open until an action is recorded and it is closed.";
  const record = button("big", "Record the action", () => withWords("act"));
  const close = button("big", "Close", () => withWords("close"), "check");
  const quick = make("div", "line");
  QUICK.forEach((text) => quick.append(button("chip-button", text, () => {
    words.value = words.value.trim() ? `${words.value.trim()}, ${text}` : text;
    words.focus();
  })));
  const as = chips("Assessed by me as", ASSESSED, (value) => value && send("assess", { as: value, note: words.value.trim() }));
  const form = make("div", "form");
  form.append(quick, labelled("What was done", words));
  acts.append(seen, form, as.node, make("div", "line"));
  acts.lastChild.append(record, close);
  node.append(title, saw, recheck, done, acts);

  let alert = first;
  function withWords(kind) {
    const action = words.value.trim() || (kind === "close" ? alert.action || "" : "");
    if (!action && GRAVE.concat("U2").includes(alert.urgency)) {
      words.setAttribute("aria-invalid", "true");
      words.focus();
      return app.tell("Say in words what was done.");
    }
    words.removeAttribute("aria-invalid");
    send(kind, { action });
    words.value = "";
  }

  return {
    node,
    update(found) {
      alert = found;
      put(title, GRAVE.includes(alert.urgency) ? "stop" : "warn", alert.title);
      say(saw, alert.saw || "");
      const steps = [`opened ${app.wall.hhmm(alert.opened_at)}`];
      if (alert.acknowledged_at) steps.push(`seen by ${alert.acknowledged_by} ${app.wall.hhmm(alert.acknowledged_at)}`);
      if (alert.acted_at) steps.push(`“${alert.action}”, ${alert.acted_by} ${app.wall.hhmm(alert.acted_at)}`);
      const waits = app.box.items().filter((item) => item.entry.alert === alert.key);
      say(done, steps.join(" · ") + (waits.length ? " · not saved yet" : ""));
      const known = Boolean(alert.acknowledged_at) || waits.some((item) => item.entry.kind === "ack");
      seen.hidden = known || !["U0", "U1", "U2"].includes(alert.urgency);
      form.hidden = record.hidden = close.hidden = !known && ["U0", "U1", "U2"].includes(alert.urgency);
      as.node.hidden = form.hidden || !isSymptom(app.state(), alert);
      node.classList.toggle("asks", !seen.hidden);
      node.classList.toggle("seen", known);
      node.classList.toggle("unsaved", waits.length > 0);
    },
    tick: (now, since) => {
      const text = recheckWords(alert, now, since);
      recheck.hidden = !text;
      put(recheck, "clock", text);
    },
  };
}

function buildAlerts(app) {
  const node = make("section", "alerts");
  node.setAttribute("aria-label", "Alerts of this treatment");
  const closed = (alert) => app.box.items().some((item) => item.entry.kind === "close" && item.entry.alert === alert.key && !item.problems);
  return {
    node,
    update(state) {
      const order = [...state.alerts].sort((one, other) => one.urgency.localeCompare(other.urgency));
      keyed(node, order, (alert) => alert.key, (alert) => buildAlert(app, alert));
      order.forEach((alert) => node.parts.get(alert.key).node.classList.toggle("closing", closed(alert)));
      node.hidden = !order.length;
    },
    tick: (now, since) => node.parts && node.parts.forEach((part) => part.tick(now, since)),
  };
}
