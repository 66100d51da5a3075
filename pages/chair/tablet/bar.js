// The bar that never scrolls away: who this is, for how long, what is next, and whether the page is live.
// An open alert that wants a value measured again goes before the schedule.
function firstRecheck(state) {
  const at = (state.alerts || []).map((one) => one.recheck_due).filter(Boolean).sort((one, other) => Date.parse(one) - Date.parse(other))[0];
  return at && { name: "recheck", at, opens: state.now };
}

function nextCheck(state, now) {
  const open = state.schedule.filter((one) => !one.done_at);
  const missed = open.filter((one) => Date.parse(one.closes) < now && one.name !== "before the dose");
  // Missed since the last one that was met: another one becoming due makes nobody less late.
  const met = state.schedule.findLastIndex((one) => one.done_at);
  const neglected = missed.find((one) => state.schedule.indexOf(one) > met);
  const planned = neglected || open.find((one) => Date.parse(one.closes) >= now);
  const recheck = firstRecheck(state);
  const sooner = recheck && (!planned || Date.parse(recheck.at) < Date.parse(planned.at));
  return { next: sooner ? recheck : planned, missed: missed.length };
}

// Words, tone and icon of the next check. Nothing is on time while nothing is known.
function checkWords(state, now, since) {
  if (since) return { tone: "unknown", icon: "off", main: `unknown since ${since}`, sub: "Next check" };
  const { next, missed } = nextCheck(state, now);
  const behind = missed ? ` · ${plural(missed, "check")} missed` : "";
  if (!next) return { tone: missed ? "late" : "calm", icon: missed ? "warn" : "check", main: missed ? `${plural(missed, "check")} missed` : state.schedule_says ? "no schedule" : "none due", sub: "Next check" };
  const at = Date.parse(next.at), sub = `${checkName(next.name)}${behind}`;
  if (now > at) return { tone: "late", icon: "warn", main: `overdue ${inMinutes(now - at)}`, sub };
  if (now >= Date.parse(next.opens)) return { tone: "due", icon: "clock", main: `due within ${lasting(at - now)}`, sub };
  return { tone: missed ? "late" : "calm", icon: missed ? "warn" : "clock", main: `in ${lasting(at - now)}`, sub };
}

function elapsedWords(state, now) {
  if (state.stopped_at) {
    const from = state.minimum && state.minimum.from === "start" ? state.started_at : null;
    const since = lasting(now - Date.parse(state.stopped_at));
    return { main: since, sub: from ? `since stop · ${lasting(now - Date.parse(from))} since start` : "since stop" };
  }
  if (!state.started_at) return { main: "–", sub: "not started" };
  const running = { main: lasting(now - Date.parse(state.started_at)), sub: "since start" };
  return state.paused ? { ...running, sub: `since start · paused ${lasting(now - Date.parse(state.paused.since))}` } : running;
}

// The last measurement with what the limits saw in it, and whether they may leave: in words, under the bar.
function buildStrip() {
  const node = make("p", "strip"), last = make("span", "piece"), leave = make("span", "piece");
  node.append(last, leave, make("span", "purpose", "A record, not a monitor: nobody is being paged."));
  return {
    node,
    tick(app, state, since) {
      const row = state.rows.filter((one) => one.kind === "vitals").at(-1);
      const tier = row && row.tier, loud = LOUD.includes(tier);
      put(last, loud ? "stop" : tier ? "warn" : null, row ? `Last ${app.wall.hhmm(row.at)}: ${row.says}${tier ? `, ${TIERS[tier]}` : ""}` : "No vital signs yet");
      last.className = `piece ${loud ? "out" : tier ? "amber" : ""}`;
      const ready = state.leaving.ready && !since;
      put(leave, since ? "off" : ready ? "check" : "door", since ? "may leave: unknown" : ready ? "may leave" : "not yet to leave");
      leave.className = `piece ${ready ? "good" : ""}`;
    },
  };
}

function buildBar(app) {
  const node = make("header", "bar");
  const who = make("div", "who"), name = make("h1", "name"), line = make("p", "line");
  who.append(name, line);
  const dose = make("div", "dose"), room = make("strong", "room"), order = make("span");
  dose.append(room, order);
  const block = (className) => {
    const box = make("div", `block ${className}`);
    const sub = make("span", "sub"), main = make("span", "main");
    box.append(sub, main);
    return { box, sub, main };
  };
  const elapsed = block("elapsed"), check = block("check");
  const contact = make("p", "contact");
  node.append(who, dose, elapsed.box, check.box, contact);

  const lost = make("p", "lost"), strip = buildStrip();
  lost.hidden = true;

  return {
    node,
    below: [lost, strip.node],
    update(state) {
      const t = state.treatment;
      say(name, t.name);
      say(line, t.line);
      say(room, t.room || "no room");
      say(order, [t.substance, t.route, t.dose].filter(Boolean).join(" · "));
    },
    tick(state, now, since) {
      const time = elapsedWords(state, now), due = checkWords(state, now, since);
      say(elapsed.main, time.main);
      say(elapsed.sub, time.sub);
      say(check.sub, due.sub);
      put(check.main, due.icon, due.main);
      check.box.dataset.tone = due.tone;
      strip.tick(app, state, since);
    },
    contact(since, quiet, unsent) {
      const waits = unsent ? ` · ${unsent} not saved` : "";
      if (since) put(contact, "off", `Not live${waits}`);
      else put(contact, quiet > 7 * SECOND ? "clock" : "live", quiet > 7 * SECOND ? `Silent for ${Math.floor(quiet / SECOND)} s${waits}` : `Live${waits}`);
      contact.dataset.tone = since ? "late" : unsent || quiet > 7 * SECOND ? "due" : "calm";
      lost.hidden = !since;
      if (since) put(lost, "off", app.lostWords(since));
    },
  };
}
