// The dose itself: its pauses, its parts, its end, and how much of it was given.
const DEVICE_MG = 28;

function stopForm(app) {
  return (body, fold) => {
    const amount = chips("Given", [["order", "as ordered"], ["other", "other amount"]], () => show());
    const mg = textField();
    mg.inputMode = "decimal";
    const mgBox = labelled("Milligrams given", mg);
    const early = chips("Stopped", [[false, "as planned"], [true, "early"]], () => show());
    const reason = textField();
    const reasonBox = labelled("Why it was stopped early", reason);
    const when = timeField(app);
    const show = () => {
      mgBox.hidden = amount.value() !== "other";
      reasonBox.hidden = early.value() !== true;
    };
    body.append(amount.node, mgBox, early.node, reasonBox, when.node);
    early.set(false);
    show();
    const save = submitting(body, "The dose has ended", () => {
      const state = app.state(), [at, late] = when.read();
      const given = { order: state.treatment.ordered_mg, other: Number(mg.value.trim().replace(",", ".")) }[amount.value()];
      const inParts = partsOf(state).length > 0;
      if (!inParts && amount.value() === undefined) return app.tell("Say how much was given: as ordered, or another amount.");
      if (!inParts && (!Number.isFinite(given) || (amount.value() === "other" && !mg.value.trim()))) return missing(app, mg, "Say how many milligrams were given.");
      if (early.value() && !reason.value.trim()) return missing(app, reason, "Say why it was stopped early.");
      if (late) return app.tell(late);
      if (!state.stopped_at) app.send("stop", { early: Boolean(early.value()), reason: reason.value.trim() }, at);
      if (!inParts) app.send("given", { mg: given }, at);
      [mg, reason].forEach((input) => (input.value = ""));
      amount.set(undefined);
      early.set(false);
      when.clear();
      show();
      fold();
    }, "grave");
    return {
      update(state) {
        const ordered = state.treatment.ordered_mg;
        const first = amount.node.querySelector(".chip span");
        say(first, ordered ? `as ordered, ${ordered} mg` : "as ordered: no order");
        amount.inputs[0].disabled = !ordered;
        amount.node.hidden = partsOf(state).length > 0;
        early.node.hidden = Boolean(state.stopped_at);
        say(save.firstChild, state.stopped_at ? "Record the amount given" : "The dose has ended");
      },
    };
  };
}

const partsOf = (state) => state.rows.filter((row) => row.kind === "part");
const inDevices = (state) => state.treatment.substance === "esketamine" && state.treatment.route === "IN";

function givenWords(app, state) {
  const t = state.treatment, words = [t.dose ? `Ordered: ${t.dose}` : "No order"];
  if (inDevices(state)) words.push(`${partsOf(state).length} of ${Math.round((t.ordered_mg || 0) / DEVICE_MG) || "?"} devices recorded`);
  if (state.stopped_at) words.push(`Ended ${app.wall.hhmm(state.stopped_at)}${state.stopped_early ? ", early" : ""}`);
  words.push(t.given_mg === null || t.given_mg === undefined ? "amount given: not recorded" : `given ${t.given_mg} mg`);
  return words.join(" · ");
}

function buildDose(app) {
  const node = make("section", "card dose-card");
  const says = make("p", "facts");
  const pause = button("pad", "Pause infusion", () => app.send("pause", { reason: "" }), "pause");
  const resume = button("pad strong", "Resume infusion", () => app.send("resume", {}), "play");
  const device = button("pad", `Device, ${DEVICE_MG} mg`, () => {
    const key = app.send("part", { what: "device", mg: DEVICE_MG, lot: app.state().treatment.lot || "" });
    app.snack.show(`Device ${DEVICE_MG} mg, ${app.wall.hhmm(app.now())}`, button("big", "Undo", () => {
      app.takeBack(key);
      app.snack.away();
    }, "undo"));
  });
  let stop;
  const keepStop = (body, fold) => (stop = stopForm(app)(body, fold));
  const folds = folding(app, [
    { label: "End of dose", iconName: "stop", className: "end", form: keepStop },
    { label: "Rescue drug", form: rescueForm(app) },
    { label: "Note", form: noteForm(app) },
    { label: "Room", form: roomForm(app) },
  ]);
  const back = button("big quiet", "Take back the end", () => app.send("undo", { target: "stop" }), "undo");
  folds.heads[0].before(device, pause, resume);
  node.append(make("h2", "", "Dose"), says, folds.node, back);
  return {
    node,
    update(state) {
      say(says, givenWords(app, state));
      stop.update(state);
      const waits = app.box.waiting().filter(({ entry }) => ["pause", "resume"].includes(entry.kind));
      const paused = waits.length ? waits.at(-1).entry.kind === "pause" : Boolean(state.paused);
      const over = Boolean(state.stopped_at);
      device.hidden = !inDevices(state) || over;
      pause.hidden = inDevices(state) || over || paused;
      resume.hidden = over || !paused;
      back.hidden = !over;
      say(folds.heads[0].lastChild, over ? "Amount given" : "End of dose");
    },
  };
}
