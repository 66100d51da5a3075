// The board: every treatment of today, who needs somebody first on top. The server orders; the tablet counts time.
const GRAVE = { critical: "critical: out of limits", red: "red: out of limits", no_start: "do not start", hold: "hold", amber: "amber: recheck" };
const LATE = 15 * 60 * 1000; // from here on a planned treatment that has not begun says so
const OUT = ["critical", "red", "no_start", "hold"];

const roomOf = (one) => one.room || "no room";
const named = (one) => (one.patient ? `${roomOf(one)} (${one.patient})` : roomOf(one));
const dueIn = (one, now) => (one.next_at ? Date.parse(one.next_at) - now : Infinity);

function dueWords(one, now, since) {
  if (since) return { tone: "unknown", icon: "off", main: `unknown since ${since}`, sub: "Next check" };
  if (!one.next_at) return { tone: one.missed ? "late" : "calm", icon: one.missed ? "warn" : "check", main: one.missed ? `${plural(one.missed, "check")} missed` : "none due", sub: "Next check" };
  const behind = one.missed ? ` · ${plural(one.missed, "check")} missed` : "";
  const left = dueIn(one, now), sub = `${checkName(one.next_name)}${behind}`;
  if (left < 0) return { tone: "late", icon: "warn", main: `overdue ${inMinutes(-left)}`, sub };
  if (one.next_state === "due") return { tone: "due", icon: "clock", main: `due within ${lasting(left)}`, sub };
  return { tone: "calm", icon: "clock", main: `in ${lasting(left)}`, sub };
}

function buildCard(board, first) {
  const node = make("li"), open = make("button", "room-card");
  open.type = "button";
  open.addEventListener("click", () => board.open(one.treatment));
  const head = make("span", "head"), room = make("strong", "room"), patient = make("span", "patient"), elapsed = make("span", "elapsed");
  const started = make("small", "started");
  head.append(room, elapsed, started);
  const due = make("span", "due"), dueSub = make("span", "sub"), dueMain = make("span", "main");
  due.append(dueSub, dueMain);
  const tags = make("span", "tags"), tier = make("span", "tag"), leave = make("span", "tag leave"), paused = make("span", "tag"), alerts = make("span", "tag alerts");
  tags.append(tier, alerts, leave, paused);
  const last = make("span", "last");
  open.append(head, patient, due, tags, last);
  node.append(open);
  let one = first;
  return {
    node,
    update(found) {
      one = found;
      say(room, roomOf(one));
      say(patient, one.patient || "");
      say(last, one.says ? `Last: ${one.says}` : "Nothing measured yet");
      const out = OUT.includes(one.tier);
      tier.className = `tag tier ${out ? "out" : one.tier ? "amber" : "within"}`;
      tier.hidden = !one.tier && !one.says;
      put(tier, out ? "stop" : one.tier ? "warn" : null, `${GRAVE[one.tier] || "within limits"}${one.tier_of ? `, ${one.tier_of}` : ""}`);
      alerts.hidden = !one.open_alerts;
      put(alerts, "stop", `${plural(one.open_alerts || 0, "alert")} open`);
      paused.hidden = !one.paused;
      put(paused, "pause", "infusion paused");
      node.className = out ? "out" : one.tier ? "amber" : "";
    },
    tick(now, since) {
      const words = dueWords(one, now, since);
      say(elapsed, one.started_at ? lasting(now - Date.parse(one.started_at)) : "");
      say(started, one.started_at ? "since start" : "");
      say(dueSub, words.sub);
      put(dueMain, words.icon, words.main);
      due.dataset.tone = words.tone;
      leave.classList.toggle("good", Boolean(one.ready) && !since);
      put(leave, since ? "off" : one.ready ? "check" : "door", since ? "may leave: unknown" : one.ready ? "may leave" : "not yet to leave");
    },
  };
}

function buildPlanned(board, first) {
  const node = make("li", "planned"), time = make("strong"), words = make("span", "who"), behind = make("span", "behind");
  const open = button("big", "Open", () => board.open(one.treatment));
  node.append(time, words, behind, open);
  let one = first;
  return {
    node,
    update(found) {
      one = found;
      say(time, board.wall.hhmm(one.planned_for));
      say(words, [one.patient, one.room].filter(Boolean).join(" · ") || "one person");
      open.setAttribute("aria-label", `Open ${words.textContent}, planned for ${time.textContent}`);
    },
    tick(now) {
      const late = now - Date.parse(one.planned_for);
      put(behind, late > LATE ? "clock" : null, late > LATE ? `not begun, ${lasting(late)} after its time` : "");
    },
  };
}

// The three answers, in one line each, for whoever looks up from something else.
function answers(rooms, now, since) {
  if (since) return ["Next", "Out of limits", "May leave"].map((title) => [title, `unknown since ${since}`, "unknown", "off"]);
  const waiting = rooms.filter((one) => one.next_at).sort((one, other) => dueIn(one, now) - dueIn(other, now));
  const next = waiting[0], out = rooms.filter((one) => OUT.includes(one.tier)), ready = rooms.filter((one) => one.ready);
  const late = next && dueIn(next, now) < 0;
  return [
    ["Next check", next ? `${named(next)}: ${dueWords(next, now, "").main}` : "none due", late ? "late" : "calm", late ? "warn" : "clock"],
    ["Out of limits", out.length ? out.map((one) => `${named(one)}: ${one.tier}${one.tier_of ? `, ${one.tier_of}` : ""}`).join(", ") : "nobody, by what was measured", out.length ? "out" : "calm", out.length ? "stop" : "check"],
    ["May leave", ready.length ? ready.map(named).join(", ") : "nobody yet", ready.length ? "good" : "calm", ready.length ? "check" : "door"],
  ];
}

function buildBoard(root, data, toServer) {
  const clock = serverClock(), wall = wallClock(data.zone);
  const board = { wall, open: (treatment) => toServer("open", treatment) };
  let state = null, since = "";
  const live = make("p", "hidden");
  live.setAttribute("aria-live", "assertive");
  const contact = make("p", "contact"), lost = make("p", "lost"), summary = make("ul", "summary");
  const cards = make("ul", "cards"), none = make("p", "facts", "Nobody is being treated now.");
  const later = make("section", "later"), plans = make("ul", "plans");
  later.append(make("h2", "", "Planned today"), plans);
  lost.hidden = later.hidden = none.hidden = true;
  const tiles = ["", "", ""].map(() => {
    const tile = make("li", "tile"), title = make("span", "sub"), words = make("span", "main");
    tile.append(title, words);
    summary.append(tile);
    return { tile, title, words };
  });
  root.append(live, contact, lost, summary, none, cards, later);

  const link = makeLink({ address: "/chair/board", account: data.account, treatment: "", clock, got, changed: beat });

  function got(found) {
    state = found;
    keyed(cards, state.rooms.filter((one) => one.step !== "planned"), (one) => one.treatment, (one) => buildCard(board, one));
    keyed(plans, state.rooms.filter((one) => one.step === "planned"), (one) => one.treatment, (one) => buildPlanned(board, one));
    none.hidden = cards.children.length > 0;
    later.hidden = !plans.children.length;
    beat();
  }

  function beat() {
    const now = clock.known() ? clock.now() : Date.now();
    const lostAt = link.stale() && link.heardAt() ? wall.hhmm(link.heardAt()) : "";
    if (lostAt && !since) say(live, `Not live since ${lostAt}.`);
    since = lostAt;
    root.classList.toggle("stale", Boolean(since));
    put(contact, since ? "off" : "live", since ? "Not live" : state ? "Live · a record, not a monitor: nobody is being paged." : link.closed() || "Asking the server…");
    contact.dataset.tone = since ? "late" : "calm";
    lost.hidden = !since;
    put(lost, "off", `${link.closed() ? `${link.closed()} ` : ""}Not live since ${since}. Nothing here is known to be on time. Look at the people.`);
    if (!state) return;
    const running = state.rooms.filter((one) => one.step === "running");
    summary.hidden = !running.length;
    answers(running, now, since).forEach(([title, words, tone, name], at) => {
      say(tiles[at].title, title);
      put(tiles[at].words, name, words);
      tiles[at].tile.dataset.tone = tone;
    });
    cards.parts.forEach((part) => part.tick(now, since));
  }

  const ticking = setInterval(beat, 500);
  link.ask();
  return () => {
    clearInterval(ticking);
    link.end();
  };
}

const opened = new WeakMap();
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".board");
  if (!root || opened.has(root)) return opened.get(root);
  opened.set(root, buildBoard(root, data, (name, value) => setTriggerValue(name, value)));
  return opened.get(root);
}
