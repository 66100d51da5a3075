// Hides the page when its access session is locked or ends. The server decides when that is: every tab asks it every few
// seconds, and reports the pointer and the keyboard, which is all that counts as being there.
(() => {
  "use strict";
  const SOON = 1000, OFTEN = 5000, SELDOM = 15000; // milliseconds
  let deadline = Infinity; // when the idle time runs out, by the last answer
  let reported = 0;
  let waiting = 0;
  let curtain = null;

  const left = () => deadline - Date.now();
  const between = (low, wished, high) => Math.max(low, Math.min(wished, high));

  // Not visibility: Streamlit's sidebar says "visible" for itself and would stay.
  const draw = (how) => document.body?.style.setProperty("display", how, "important");

  function hide() {
    if (curtain) return;
    draw("none");
    curtain = document.createElement("p");
    curtain.textContent = "Hidden, because this page has no contact with the clinic's server.";
    curtain.style.cssText = "position:fixed;inset:40vh 1rem auto;text-align:center;font:1rem sans-serif";
    document.documentElement.append(curtain);
  }

  function show() {
    if (!curtain) return;
    curtain.remove();
    curtain = null;
    draw("");
  }

  function leave(why) {
    draw("none");
    const query = new URLSearchParams({ next: location.pathname + location.search });
    if (why === "locked") return location.replace("/locked?" + query);
    query.set("why", why || "ended");
    location.replace("/signin?" + query);
  }

  async function ask(path, options) {
    clearTimeout(waiting);
    try {
      const answer = await fetch(path, { cache: "no-store", ...options });
      const said = await answer.json();
      if (answer.status === 401) return leave(said.why);
      deadline = Date.now() + said.idle_left * 1000;
      show();
    } catch {
      if (left() <= 0) hide(); // a laptop carried out of the network locks too
    }
    clearTimeout(waiting);
    waiting = setTimeout(look, between(SOON, left() / 4, OFTEN));
  }

  const look = () => ask("/gate/session");

  function here(event) {
    if (!event.isTrusted || Date.now() - reported < between(SOON / 2, left() / 8, SELDOM)) return;
    reported = Date.now();
    ask("/gate/touch", { method: "POST" });
  }

  function comeBack() {
    if (document.visibilityState !== "visible") return;
    if (left() <= 0) hide();
    look();
  }

  // Streamlit opens every link with an address of its own in a new tab; signing out belongs in this one.
  function stayInTab(event) {
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (!link || link.origin !== location.origin || !["/signout", "/password", "/pin"].includes(link.pathname)) return;
    event.preventDefault();
    location.assign(link.href);
  }

  // Not pointermove: browsers send one when the page moves under a resting pointer.
  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"])
    addEventListener(kind, here, { passive: true, capture: true });
  addEventListener("click", stayInTab, { capture: true });
  addEventListener("visibilitychange", comeBack, { capture: true });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  look();
})();
