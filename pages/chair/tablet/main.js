// The page at the chair. It speaks with the server by itself, so that neither a rerun of the page around it nor a
// server that went away takes anything from it.
function buildApp(root, data, toServer) {
  const clock = serverClock(), wall = wallClock(data.zone);
  let state = null, since = "", heard = new Set();
  const live = make("p", "hidden"), status = make("p", "hidden");
  live.setAttribute("aria-live", "assertive");
  status.setAttribute("aria-live", "polite");
  const wait = make("p", "waiting", "Asking the server…");
  root.append(live, status, wait);

  const app = {
    wall,
    now: clock.now,
    state: () => state,
    // Sends an entry and returns its key. `at` is when it happened; now, unless it is given.
    send(kind, values, at) {
      const key = newKey();
      app.box.add({ key, kind, at: at || new Date(clock.now()).toISOString(), ...values });
      app.link.send();
      return key;
    },
    // What is not sent yet is changed where it lies; what is, by another entry.
    amend(key, values) {
      if (app.box.change(key, values)) return app.redraw();
      app.send("event_change", { target: key, ...values });
    },
    takeBack(key) {
      if (!app.box.drop(key)) app.send("undo", { target: key });
    },
    tell(sentence) {
      app.snack.show(sentence);
    },
    lostWords: (time) =>
      (link.closed() ? `${link.closed()} ` : "") +
      `Not live since ${time}. Entries are kept on this tablet and marked “not saved”.` +
      (app.box.kept() ? "" : " This browser keeps them only while this page is open."),
    correct: (entry) => parts.vitals.correct(entry),
    decide: () => parts.leaving.openDecision(),
    redraw: () => state && draw(),
  };
  const others = ofOthers(data.account);
  app.box = makeOutbox(data.account, data.treatment, () => app.redraw());
  const link = (app.link = makeLink({
    address: `/chair/${data.treatment}`, account: data.account, treatment: data.treatment, clock, box: app.box, got, changed: beat,
  }));
  app.snack = buildSnack(app);
  let parts = null;

  function build() {
    wait.remove();
    parts = {
      bar: buildBar(app), refused: buildRefused(app), alerts: buildAlerts(app), vitals: buildVitals(app), taps: buildTaps(app),
      dose: buildDose(app), rows: buildRows(app), leaving: buildLeaving(app),
    };
    const work = make("div", "work"), record = make("div", "record"), grid = make("div", "grid");
    work.append(parts.vitals.node, parts.taps.node, parts.dose.node);
    record.append(parts.leaving.node, parts.rows.node);
    grid.append(work, record);
    root.append(parts.bar.node, ...parts.bar.below, parts.refused.node, parts.alerts.node, grid, app.snack.node);
    if (others) app.tell(`${plural(others, "entry", "entries")} of somebody else not sent yet: kept here until they sign in again.`);
  }

  function got(found) {
    state = found;
    if (!parts) build();
    draw();
    announce();
    if (state.step !== data.step && !app.box.items().length) toServer("step", state.step);
  }

  function draw() {
    if (!parts) return;
    Object.values(parts).forEach((part) => part.update && part.update(state));
    root.classList.toggle("ended", Boolean(state.stopped_at));
    beat();
  }

  // Says what is new to whoever does not see it.
  function announce() {
    const grave = state.alerts.filter((one) => !heard.has(one.key) && !one.acknowledged_at);
    if (grave.length) say(live, grave.map((one) => `Alert: ${one.title}. ${one.saw}`).join(" "));
    heard = new Set(state.alerts.map((one) => one.key));
  }

  function beat() {
    if (!parts) {
      if (link.closed()) say(wait, link.closed());
      return;
    }
    const now = clock.now(), lost = link.stale() ? wall.hhmm(link.heardAt() ?? now) : "";
    if (lost && !since) say(live, app.lostWords(lost));
    if (!lost && since) say(status, "The page is live again.");
    since = lost;
    root.classList.toggle("stale", Boolean(since));
    parts.bar.tick(state, now, since);
    parts.bar.contact(since, link.quiet(), app.box.items().length);
    parts.alerts.tick(now, since);
    parts.leaving.tick(state, now, since);
  }

  // The idle lock hides the page before it leaves, and is not held up: what is unsent is still here afterwards.
  function warn(event) {
    if (app.box.items().length && document.body.style.display !== "none") event.preventDefault();
  }
  addEventListener("beforeunload", warn);
  const ticking = setInterval(beat, 500);
  link.ask();
  return () => {
    clearInterval(ticking);
    removeEventListener("beforeunload", warn);
    link.end();
  };
}

const opened = new WeakMap();
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".tablet");
  if (!root || root.dataset.of === data.treatment) return opened.get(root);
  root.dataset.of = data.treatment;
  const end = buildApp(root, data, (name, value) => setTriggerValue(name, value));
  opened.set(root, end);
  return end;
}
