// Draws the board of rooms on a locked page: asks every few seconds, counts on in between, and says so when what
// it knows is old. The elapsed clocks come from the stored start and the server's clock, not from this tablet's.
(() => {
  "use strict";
  const EVERY = 5000, OLD = 15000, TICK = 1000; // milliseconds
  const TIERS = { amber: "amber: recheck", red: "red: out of limits", critical: "critical: out of limits" };
  const list = document.getElementById("board");
  const contact = document.getElementById("contact");
  let known = null; // the last answer, and when it came

  const next = () => new URLSearchParams(location.search).get("next") || "/";
  const go = (path, query) => location.replace(path + "?" + new URLSearchParams(query));

  async function ask() {
    try {
      const answer = await fetch("/gate/board", { cache: "no-store", signal: AbortSignal.timeout(EVERY) });
      if (answer.status === 401) return leave();
      if (!answer.ok) throw new Error(answer.statusText);
      const said = await answer.json();
      if (!said.locked) return location.reload(); // unlocked in another tab: the server leads on
      known = { ...said, steady: performance.now(), wall: Date.now() };
    } catch { /* no contact: what is known grows old */ }
    draw();
    setTimeout(ask, EVERY);
  }

  async function leave() {
    const said = await fetch("/gate/session", { cache: "no-store" }).then((answer) => answer.json()).catch(() => ({}));
    go("/signin", { why: said.why || "ended", next: next() });
  }

  // By two clocks, of which the longer counts: one may stand still while a tablet sleeps, the other be set.
  const passed = () => Math.max(performance.now() - known.steady, Date.now() - known.wall);

  function draw() {
    const old = !known || passed() > OLD;
    contact.hidden = !old;
    const since = known ? `Not live since ${known.clock}: nothing below is known to be on time.` : "Not live yet.";
    if (old && contact.textContent !== since) contact.textContent = since;
    if (!known) return;
    const at = Date.parse(known.now) + passed();
    const rows = known.rooms.map((room) => row(room, at, old));
    list.replaceChildren(...(rows.length ? rows : [line("li", "none", old ? "" : "No treatment is running.")]));
  }

  function row(room, at, old) {
    const item = line("li", `room ${old ? "old" : room.tier || room.next_state?.replace(" ", "-") || ""}`);
    item.append(line("h3", "", room.room || "no room"), line("p", "elapsed", elapsed(room, at)));
    item.append(...(old ? lastKnown(room) : standing(room, at)));
    return item;
  }

  function standing(room, at) {
    const said = [line("p", "next", due(room, at))];
    if (room.tier) said.push(line("p", "tier", TIERS[room.tier] || room.tier));
    if (room.missed) said.push(line("p", "missed", `missed: ${room.missed}`));
    if (room.paused) said.push(line("p", "paused", "infusion paused"));
    if (room.ready) said.push(line("p", "ready", "may leave"));
    return said;
  }

  // Nothing that was in order counts as in order any more; what was not is still said, as of then.
  function lastKnown(room) {
    if (!room.started_at) return [];
    const late = room.next_state === "overdue" ? "overdue at last contact" : "unknown";
    const limits = room.tier ? `at last contact ${TIERS[room.tier] || room.tier}` : "limits: unknown";
    return [line("p", "next", `next observation: ${late}`), line("p", "tier", limits)];
  }

  function elapsed(room, at) {
    if (!room.started_at) {
      const wait = Date.parse(room.planned_for) - at;
      return wait > 0 ? `planned in ${lasting(wait)}` : `planned ${lasting(-wait)} ago`;
    }
    return `${lasting(at - Date.parse(room.started_at))} since start`;
  }

  function due(room, at) {
    if (!room.started_at) return "not started";
    if (!room.next_at) return "no observation is due";
    const left = Date.parse(room.next_at) - at;
    const name = room.next_name || "next observation";
    if (room.next_state === "overdue") return `${name}: overdue by ${lasting(-left)}`;
    return left > 0 && room.next_state !== "due" ? `${name}: in ${lasting(left)}` : `${name}: due now`;
  }

  // Minutes and seconds, from an hour on with the hour: 4:07, 1:04:07.
  function lasting(milliseconds) {
    const all = Math.max(0, Math.floor(milliseconds / 1000));
    const two = (number) => String(number).padStart(2, "0");
    const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
    return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
  }

  function line(kind, names, text) {
    const made = document.createElement(kind);
    made.className = names;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  setInterval(draw, TICK);
  ask();
})();
