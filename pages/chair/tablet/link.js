// The line to the server: asks every three seconds, sends what is unsent, and knows since when nothing came back.
const EVERY = 3 * SECOND, PATIENCE = 6 * SECOND, SILENT = 15 * SECOND, MOST = 50;
const BACKOFF = [1, 1, 2, 3, 5];

async function call(address, options = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    return await fetch(address, { cache: "no-store", credentials: "same-origin", signal: stop.signal, ...options });
  } finally {
    clearTimeout(timer);
  }
}

const asJson = (body) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

// Sends the other treatments' unsent entries of this person too: they were entered before this page was opened.
let others = false;
async function sendOthers(account, besides) {
  if (others) return;
  others = true;
  try {
    await sendEach(account, besides);
  } catch {
    // No contact; they stay where they are.
  }
  others = false;
}

async function sendEach(account, besides) {
  for (const treatment of unsentTreatments(account)) {
    if (treatment === besides) continue;
    const box = makeOutbox(account, treatment, () => {});
    const batch = box.waiting().slice(0, MOST);
    if (!batch.length) continue;
    box.going(batch);
    const answer = await call(`/chair/${treatment}`, asJson({ entries: batch.map((item) => item.entry) }));
    if (answer.status !== 200) continue;
    const said = await answer.json();
    box.settle(said.saved, said.refused);
  }
}

// `got(state)` for each new state, `changed()` when contact came, went or was refused. `box` may be missing: the
// board only asks.
function makeLink({ address, account, treatment, clock, box, got, changed }) {
  let version = "", lastHeard = null, closed = null, round = 0, failures = 0;
  let asking = false, sending = false, ended = false, timer = 0, retry = 0;

  function heard(iso, sent) {
    clock.heard(iso, sent);
    lastHeard = { steady: clock.steady(), at: clock.now() };
    closed = null;
    failures = 0;
  }

  // What no repeating changes, such as a locked page; anything else counts as no answer, and is asked again.
  async function turnedAway(answer) {
    if (![401, 403, 404].includes(answer.status)) {
      failures += 1;
      return;
    }
    const said = await answer.json().catch(() => ({}));
    const out = answer.status === 401 ? "This page is locked or signed out" : "The server does not give this page";
    closed = said.says || `${out}.`;
  }

  async function ask() {
    clearTimeout(timer);
    if (asking || ended) return;
    asking = true;
    const sent = clock.steady(), of = round;
    try {
      const answer = await call(version ? `${address}?version=${encodeURIComponent(version)}` : address);
      if (answer.status === 204) heard(answer.headers.get("X-Now"), sent);
      else if (answer.status === 200) {
        const state = await answer.json();
        heard(state.now, sent);
        if (of === round && !ended) take(state); // else something newer came back meanwhile
      } else await turnedAway(answer);
    } catch {
      // No contact: the time of the last answer says so.
    }
    asking = false;
    if (ended) return;
    changed();
    if (!closed) send();
    timer = setTimeout(ask, EVERY);
  }

  function take(state) {
    version = state.version || "";
    got(state);
  }

  async function send() {
    clearTimeout(retry);
    const batch = box ? box.waiting().slice(0, MOST) : [];
    if (sending || ended) return;
    if (!batch.length) return sendOthers(account, treatment);
    sending = true;
    box.going(batch);
    const sent = clock.steady();
    let answered = false;
    try {
      const answer = await call(address, asJson({ entries: batch.map((item) => item.entry) }));
      if (answer.status === 200) {
        const said = await answer.json();
        answered = true;
        arrived(said, sent);
      } else await turnedAway(answer);
    } catch {
      failures += 1;
    }
    sending = false;
    if (ended) return;
    changed();
    if (!answered && !closed) retry = setTimeout(send, BACKOFF[Math.min(failures, BACKOFF.length - 1)] * SECOND);
    else if (box.waiting().length && !closed) send();
  }

  function arrived(said, sent) {
    round += 1;
    heard(said.state.now, sent);
    box.settle(said.saved, said.refused);
    take(said.state);
  }

  const wake = () => document.visibilityState === "visible" && ask();
  const back = () => {
    ask();
    send();
  };
  addEventListener("visibilitychange", wake);
  addEventListener("online", back);

  return {
    ask,
    send,
    // For what may not lie in the outbox, such as a password: once, now, or not at all.
    async once(entry) {
      const sent = clock.steady();
      try {
        const answer = await call(address, asJson({ entries: [entry] }));
        if (answer.status !== 200) return ["The server refused this. Try again."];
        const said = await answer.json();
        arrived(said, sent);
        return said.refused.flatMap((one) => one.problems);
      } catch {
        return ["No contact with the server: this was not saved. Try again when the page is live."];
      }
    },
    heardAt: () => lastHeard && lastHeard.at,
    closed: () => closed,
    quiet: () => (lastHeard ? clock.steady() - lastHeard.steady : Infinity),
    stale: () => !lastHeard || closed !== null || clock.steady() - lastHeard.steady > SILENT,
    end() {
      ended = true;
      clearTimeout(timer);
      clearTimeout(retry);
      removeEventListener("visibilitychange", wake);
      removeEventListener("online", back);
    },
  };
}
