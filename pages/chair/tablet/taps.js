// What is recorded with one tap, with ten seconds to take it back; and what wants a few words more.
function buildSnack(app) {
  const node = make("div", "snack");
  node.setAttribute("role", "status");
  node.hidden = true;
  let timer = 0;
  const away = () => (node.hidden = true);
  return {
    node,
    show(text, ...parts) {
      clearTimeout(timer);
      node.replaceChildren(make("span", "words", text), ...parts, button("plain", "×", away));
      node.lastChild.setAttribute("aria-label", "Put this message away");
      node.hidden = false;
      timer = setTimeout(away, 10 * SECOND);
    },
    away,
  };
}

function buildTaps(app) {
  const node = make("section", "card taps");
  const first = make("div", "pads"), more = make("div", "pads more");
  const open = button("big quiet", "More events", () => (more.hidden = !more.hidden));
  more.hidden = true;
  node.append(make("h2", "", "Something happened"), first, more, open);

  function tap(term) {
    const key = app.send("event", { term, severity: "mild", serious: false, note: "" });
    const severity = chips("Severity", app.state().severities.map((one) => [one, one]), (value) => {
      if (value) app.amend(key, { severity: value });
    }, "How bad");
    severity.set("mild");
    app.snack.show(`${term}, ${app.wall.hhmm(app.now())}`, severity.node, button("big", "Undo", () => {
      app.takeBack(key);
      app.snack.away();
    }, "undo"));
  }
  const pad = ({ term }) => {
    const made = button("pad", term, () => tap(term));
    return { node: made, update: () => {} };
  };
  return {
    node,
    update(state) {
      const others = state.more || state.taps.filter((one) => one.more);
      keyed(first, state.taps.filter((one) => !others.includes(one)), (one) => one.term, pad);
      keyed(more, others, (one) => one.term, pad);
      open.hidden = !others.length;
    },
  };
}

// Buttons of which each unfolds a short form below; one at a time.
function folding(app, parts) {
  const node = make("div", "folding");
  const heads = make("div", "pads");
  node.append(heads);
  const made = parts.map(({ label, iconName, className, form }) => {
    const body = make("form", "fold");
    body.noValidate = true;
    body.hidden = true;
    const head = button(`pad ${className || ""}`, label, () => unfold(body.hidden ? body : null), iconName);
    head.setAttribute("aria-expanded", "false");
    heads.append(head);
    form(body, () => unfold(null));
    node.append(body);
    return { head, body };
  });
  function unfold(wanted) {
    made.forEach(({ head, body }) => {
      body.hidden = body !== wanted;
      head.setAttribute("aria-expanded", String(!body.hidden));
    });
    if (wanted) (wanted.querySelector("input:not([type=radio]), select, textarea") || wanted.querySelector("input")).focus();
  }
  return { node, heads: made.map(({ head }) => head), unfold: (at) => unfold(made[at].body) };
}

function submitting(body, label, press, className = "primary") {
  const save = make("button", `big ${className}`);
  save.type = "submit";
  save.append(make("span", "", label));
  body.append(save);
  body.addEventListener("submit", (event) => {
    event.preventDefault();
    press();
  });
  return save;
}

const missing = (app, input, sentence) => {
  input.setAttribute("aria-invalid", "true");
  input.focus();
  app.tell(sentence);
};

function rescueForm(app) {
  return (body, fold) => {
    const [drug, dose, route, reason] = ["Drug", "Dose", "Route", "Why"].map((label) => {
      const input = textField();
      body.append(labelled(label, input));
      return input;
    });
    const when = timeField(app);
    body.append(when.node);
    submitting(body, "Record the drug given", () => {
      const [at, late] = when.read();
      if (!drug.value.trim()) return missing(app, drug, "Name the drug that was given.");
      if (late) return app.tell(late);
      app.send("rescue", { drug: drug.value.trim(), dose: dose.value.trim(), route: route.value.trim(), reason: reason.value.trim() }, at);
      [drug, dose, route, reason].forEach((input) => (input.value = ""));
      when.clear();
      fold();
    });
  };
}

function noteForm(app) {
  return (body, fold) => {
    const text = make("textarea", "text");
    text.rows = 3;
    body.append(labelled("Note, added with your name and the time", text));
    submitting(body, "Add the note", () => {
      if (!text.value.trim()) return missing(app, text, "The note is empty.");
      app.send("note", { text: text.value.trim() });
      text.value = "";
      fold();
    });
  };
}

function roomForm(app) {
  return (body, fold) => {
    const room = textField();
    body.append(labelled("Room", room));
    submitting(body, "Move to this room", () => {
      if (!room.value.trim()) return missing(app, room, "Name the room.");
      app.send("room", { room: room.value.trim() });
      room.value = "";
      fold();
    });
  };
}
