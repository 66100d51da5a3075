// What every part of the tablet's page is made with. Text only ever enters as textContent.
const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE;

function make(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}

function button(className, text, press, iconName) {
  const made = make("button", className);
  made.type = "button";
  if (iconName) made.append(icon(iconName));
  made.append(make("span", "", text));
  made.addEventListener("click", press);
  return made;
}

const PATHS = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  cross: "M6 6l12 12M18 6L6 18",
  warn: "M12 4L2.8 20h18.4L12 4zM12 10v4.5M12 17.2v.3",
  stop: "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v5.5M12 16v.3",
  clock: "M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM12 7.5V12l3 2",
  off: "M4 4l16 16M7.5 10.2A9 9 0 0110 9m4 .2a9 9 0 014 2.6M10.3 14.6a3 3 0 013.4 0M12 18.2v.3M4.6 8.6A13 13 0 017 7m5-.9a13 13 0 017.4 2.5",
  live: "M12 12v.01M8.5 8.5a5 5 0 000 7m7-7a5 5 0 010 7M5.6 5.6a9 9 0 000 12.8m12.8-12.8a9 9 0 010 12.8",
  pause: "M9 6v12M15 6v12",
  play: "M8 5.5v13l10-6.5z",
  undo: "M9 7L4 12l5 5M4.5 12H14a5.5 5.5 0 010 11h-1",
  door: "M6 20.5V4h9v16.5M4 20.5h16M15 8h3v12.5M11.8 12.3v.3",
  open: "M12 8.2a3.8 3.8 0 100 7.6 3.8 3.8 0 000-7.6z",
};

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

// Replaces an element's words only when they changed: a screen reader would say them again, a finger miss them.
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function put(element, iconName, text) {
  const now = `${iconName || ""} ${text}`;
  if (element.dataset.says === now) return;
  element.dataset.says = now;
  element.replaceChildren(...(iconName ? [icon(iconName)] : []), make("span", "", text));
}

// A list whose elements stay where their item stays: what is being typed into one of them is left alone.
function keyed(box, items, keyOf, create) {
  const before = box.parts || new Map();
  const now = new Map();
  let place = box.firstChild;
  for (const item of items) {
    const key = keyOf(item);
    const part = before.get(key) || create(item);
    part.update(item);
    now.set(key, part);
    if (part.node === place) place = place.nextSibling;
    else box.insertBefore(part.node, place);
  }
  for (const [key, part] of before) if (!now.has(key)) part.node.remove();
  box.parts = now;
}

function labelled(label, input, hint) {
  const box = make("label", "labelled");
  box.append(make("span", "label", label), input);
  if (hint) box.append(make("small", "", hint));
  return box;
}

function textField(placeholder = "", kind = "text") {
  const input = make("input", "text");
  input.type = kind;
  input.placeholder = placeholder;
  input.autocomplete = "off";
  return input;
}

// Chips of which one is chosen, or none. Real radio buttons, for the arrow keys and for screen readers.
let groups = 0;
function chips(label, options, changed, words = label) {
  const box = make("fieldset", "chips");
  const name = `chips-${(groups += 1)}`;
  box.append(make("legend", "label", words));
  const line = make("div", "line");
  const inputs = options.map(([value, text]) => {
    const chip = make("label", "chip");
    const input = make("input");
    input.type = "radio";
    input.name = name;
    input.value = String(value);
    input.addEventListener("change", () => changed && changed(value));
    input.addEventListener("click", () => {
      // A second tap takes the choice back: nothing chosen is "not recorded".
      if (input.dataset.was === "yes") {
        input.checked = false;
        if (changed) changed(undefined);
      }
      inputs.forEach((one) => (one.dataset.was = one.checked ? "yes" : ""));
    });
    chip.append(input, make("span", "", text));
    line.append(chip);
    return input;
  });
  box.append(line);
  const chosen = () => inputs.find((one) => one.checked);
  return {
    node: box,
    inputs,
    value: () => (chosen() ? options[inputs.indexOf(chosen())][0] : undefined),
    set: (value) => inputs.forEach((one, at) => {
      one.checked = value !== undefined && options[at][0] === value;
      one.dataset.was = one.checked ? "yes" : "";
    }),
    focus: () => (chosen() || inputs[0]).focus(),
  };
}

// "20 min" of the schedule is a minute of the treatment, not a length of time.
const checkName = (name) => (/^\d+ min$/.test(name) ? `Check at minute ${parseInt(name, 10)}` : name === "recheck" ? "Recheck, as an alert asks" : `Check ${name}`);
const plural = (n, word, more = `${word}s`) => `${n} ${n === 1 ? word : more}`;

// 4:12, and from an hour on "1 h 05 min", so that nobody reads hours as minutes.
function lasting(milliseconds) {
  const all = Math.max(0, Math.floor(milliseconds / SECOND));
  if (all < 3600) return `${String(Math.floor(all / 60)).padStart(2, "0")}:${String(all % 60).padStart(2, "0")}`;
  return `${Math.floor(all / 3600)} h ${String(Math.floor((all % 3600) / 60)).padStart(2, "0")} min`;
}

const inMinutes = (milliseconds) => `${Math.max(0, Math.floor(milliseconds / MINUTE))} min`;

// The clinic's own time of day, whatever zone the tablet is set to.
function wallClock(zone) {
  const face = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", month: "short" });
  const hhmm = (at) => face.format(new Date(at));
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  return {
    hhmm,
    day: (at) => day.format(new Date(at)),
    // The last moment at which the clinic's clocks showed hh:mm; null if that is more than half a day ago, since
    // then the time to come was meant.
    last(text, now) {
      const back = (minutes(hhmm(now)) - minutes(text) + 1440) % 1440;
      if (back > 720) return null;
      const rough = Math.floor(now / MINUTE) * MINUTE - back * MINUTE;
      return [rough, rough - HOUR, rough + HOUR].find((at) => hhmm(at) === text) ?? rough;
    },
  };
}
