// One observation: Enter goes on, and from the last field saves. An empty field is "not recorded".
const OXYGEN = [[false, "on air"], [true, "on oxygen"]];
const ASKED = [["none", "none"], ["some", "these…"]];

function numberField(field) {
  const input = textField();
  input.className = "number";
  input.inputMode = Number.isInteger(field.low) ? "numeric" : "decimal";
  input.maxLength = 5;
  input.enterKeyHint = "next";
  input.setAttribute("aria-label", field.unit ? `${field.label}, ${field.unit}` : field.label);
  input.placeholder = field.unit || "";
  return {
    node: labelled(field.label, input),
    last: input,
    focus: () => input.focus(),
    value: () => (input.value.trim() === "" ? undefined : Number(input.value.trim().replace(",", "."))),
    set: (value) => (input.value = value ?? ""),
    mark: (wrong) => (wrong ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid")),
  };
}

// Long words would fill the screen: then the chips are the numbers, and the words of the chosen one stand below.
const WORDY = 14;
function choiceField(field) {
  const wordy = field.choices.some(([, text]) => text.length > WORDY);
  const hint = make("small", "hint");
  const ends = [field.choices[0], field.choices.at(-1)].map(([, text]) => text).join(" … ");
  const tell = (value) => say(hint, (field.choices.find(([one]) => one === value) || [0, ends])[1]);
  const made = chips(field.label, field.choices.map(([value, text]) => [value, wordy ? String(value) : text]), wordy ? tell : null);
  if (!wordy) return { ...made, mark: () => {} };
  made.inputs.forEach((input, at) => input.setAttribute("aria-label", field.choices[at][1]));
  made.node.append(hint);
  tell();
  return {
    ...made,
    mark: () => {},
    set(value) {
      made.set(value);
      tell(value);
    },
  };
}

function wrongWith(field, value) {
  if (value === undefined) return null;
  const fits = Number.isFinite(value) && value >= field.low && value <= field.high;
  return field.choices || fits ? null : `${field.label} takes ${field.low} to ${field.high}.`;
}

// A field for when it happened: empty is now.
function timeField(app) {
  const input = textField("", "time");
  const node = labelled("At", input, "empty: now");
  node.classList.add("when");
  return {
    node,
    clear: () => (input.value = ""),
    set: (at) => (input.value = app.wall.hhmm(at)),
    // [iso or undefined, sentence or null]
    read() {
      if (!input.value) return [new Date(app.now()).toISOString(), null];
      const at = app.wall.last(input.value, app.now());
      return at === null ? [undefined, `${input.value} lies in the future.`] : [new Date(at).toISOString(), null];
    },
  };
}

function buildVitals(app) {
  const node = make("section", "card vitals");
  const form = make("form");
  form.noValidate = true;
  const heading = make("h2", "", "Vital signs");
  const numbers = make("div", "numbers"), choices = make("div", "choices");
  const when = timeField(app), note = textField("Note");
  note.setAttribute("aria-label", "Note on this observation");
  const oxygen = chips("Oxygen", OXYGEN), asked = chips("Symptoms", ASKED, () => showSymptoms());
  const list = make("div", "line symptoms"), prompt = make("p", "prompt"), problem = make("p", "problem");
  prompt.hidden = problem.hidden = list.hidden = true;
  problem.setAttribute("role", "alert");
  prompt.setAttribute("role", "alert");
  const save = make("button", "big primary");
  save.type = "submit";
  save.append(make("span", "", "Save observation"));
  const foot = make("div", "foot");
  foot.append(when.node, note, save);
  form.append(heading, numbers, choices, list, prompt, problem, foot);
  node.append(form);
  let fields = [], boxes = new Map();

  function build(state) {
    const order = [...state.fields.filter((one) => !one.choices), ...state.fields.filter((one) => one.choices)];
    fields = order.map((field) => ({ field, ...(field.choices ? choiceField(field) : numberField(field)) }));
    fields.forEach((one) => (one.field.choices ? choices : numbers).append(one.node));
    choices.append(oxygen.node, asked.node);
    for (const symptom of state.symptoms) {
      const chip = make("label", "chip"), input = make("input");
      input.type = "checkbox";
      input.addEventListener("change", showSymptoms);
      chip.append(input, make("span", "", symptom.title));
      list.append(chip);
      boxes.set(symptom.id, { input, title: symptom.title });
    }
    fields.forEach((one, at) => one.node.addEventListener("keydown", (event) => key(event, one, at)));
  }

  function key(event, one, at) {
    if (event.key === "Enter") {
      event.preventDefault();
      if (at + 1 < fields.length) fields[at + 1].focus();
      else if (submit()) fields[0].focus();
    } else if (one.inputs && /^[0-9]$/.test(event.key)) {
      const chosen = one.field.choices.find(([value]) => String(value) === event.key);
      if (chosen) one.set(chosen[0]);
    }
  }

  const ticked = () => [...boxes].filter(([, one]) => one.input.checked);
  function showSymptoms() {
    list.hidden = asked.value() !== "some";
    const found = list.hidden ? [] : ticked();
    prompt.hidden = !found.length;
    if (found.length) {
      put(prompt, "stop", `Emergency symptom: ${found.map(([, one]) => one.title).join(", ")}. Look after the person first; ` +
        "call for help as your clinic has agreed. Nobody is paged by this page.");
    }
  }

  function entered() {
    const values = {};
    const problems = [];
    for (const one of fields) {
      const value = one.value(), wrong = wrongWith(one.field, value);
      one.mark(Boolean(wrong));
      if (wrong) problems.push(wrong);
      if (value !== undefined) values[one.field.name] = value;
    }
    if (values.diastolic_mmhg >= values.systolic_mmhg) problems.push("Diastolic must lie below systolic.");
    const [at, late] = when.read();
    if (late) problems.push(late);
    const symptoms = { none: [], some: ticked().map(([id]) => id) }[asked.value()] ?? null;
    if (asked.value() === "some" && !symptoms.length) problems.push("Say which symptoms, or choose “none”.");
    if (!Object.keys(values).length && symptoms === null && oxygen.value() === undefined) problems.push("Nothing is entered yet.");
    return { problems, at, entry: { values, symptoms, on_oxygen: oxygen.value() ?? null, note: note.value.trim() } };
  }

  function submit() {
    const { problems, at, entry } = entered();
    problem.hidden = !problems.length;
    say(problem, problems.join(" "));
    if (problems.length) return false;
    app.send("vitals", entry, at);
    clear();
    return true;
  }

  function clear() {
    [...fields, oxygen, asked].forEach((one) => one.set(undefined));
    boxes.forEach((one) => (one.input.checked = false));
    note.value = "";
    when.clear();
    showSymptoms();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });

  return {
    node,
    update: (state) => fields.length || build(state),
    // Puts a refused observation back into the fields.
    correct(entry) {
      clear();
      fields.forEach((one) => one.set(entry.values[one.field.name]));
      oxygen.set(entry.on_oxygen ?? undefined);
      asked.set(entry.symptoms === null ? undefined : entry.symptoms.length ? "some" : "none");
      boxes.forEach((one, id) => (one.input.checked = (entry.symptoms || []).includes(id)));
      note.value = entry.note || "";
      when.set(Date.parse(entry.at));
      showSymptoms();
      fields[0].focus();
    },
  };
}
