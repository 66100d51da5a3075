// One fieldset per item. The browser holds the answers; each change is sent at once.
export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  const root = parentElement.querySelector(".items");
  if (root.dataset.built) return; // a rerun must not take the focus or an answer away
  root.dataset.built = "yes";
  const answers = { ...data.answers };
  const fields = []; // {item, box, input()}: what can have the focus, in the order of the form

  const make = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };
  const asked = (item) => !item.after || answers[item.after] >= 1;
  const send = () => setStateValue("answers", { ...answers });

  // Shows what is asked now, and forgets the answers of what is not asked any more.
  const follow = () => {
    for (const { item, box, clear } of fields) {
      const show = asked(item);
      box.hidden = !show;
      if (!show && item.id in answers) {
        delete answers[item.id];
        clear();
      }
      box.classList.toggle("answered", item.id in answers);
    }
    root.querySelectorAll(".row").forEach((row) => {
      row.hidden = [...row.querySelectorAll(".field")].every((box) => box.hidden);
    });
  };
  const put = (item, value) => {
    if (value === undefined) delete answers[item.id];
    else answers[item.id] = value;
    follow();
    send();
  };
  const focus = (index, step) => {
    let at = Math.max(0, Math.min(fields.length - 1, index));
    while (fields[at].box.hidden && fields[at + step]) at += step;
    if (fields[at].box.hidden) return;
    fields[at].input().focus();
    fields[at].box.scrollIntoView({ block: "nearest" });
  };

  const choices = (item, box) => {
    const options = make("div", item.tall ? "options tall" : "options");
    if (item.options.every(([value, label]) => !label || value === item.aside)) options.classList.add("bare");
    item.options.forEach(([value, label]) => {
      const choice = make("label", value === item.aside ? "aside" : "");
      const input = make("input");
      input.type = "radio";
      input.name = `item-${item.id}`;
      input.value = value;
      input.checked = answers[item.id] === value;
      input.addEventListener("change", () => put(item, value));
      if (!label) input.setAttribute("aria-label", value);
      choice.append(input);
      if (item.kind !== "yes_no") choice.append(make("b", "", String(value).replace("-", "−")));
      if (label) choice.append(make("span", "", label));
      options.append(choice);
    });
    box.append(options);
    const inputs = [...options.querySelectorAll("input")];
    return {
      input: () => inputs.find((one) => one.checked) || inputs[0],
      clear: () => inputs.forEach((one) => (one.checked = false)),
      choose: (key) => {
        const found = item.options.find(([value]) => String(value) === key) || letter(item, key);
        if (!found) return false;
        inputs.find((one) => one.value === String(found[0])).checked = true;
        put(item, found[0]);
        return true;
      },
    };
  };
  const letter = (item, key) =>
    item.kind === "yes_no" && item.options.find(([, label]) => label[0].toLowerCase() === key.toLowerCase());

  // A line between two anchors. Untouched it stands in the middle, pale, and is no answer.
  const line = (item, box) => {
    const wrap = make("div", "line");
    const slider = make("input");
    slider.type = "range";
    [slider.min, slider.max] = item.range;
    const number = make("input", "number");
    number.type = "number";
    number.inputMode = "numeric";
    [number.min, number.max] = item.range;
    number.setAttribute("aria-label", "as a number");
    slider.setAttribute("aria-label", `${item.anchors[0]} to ${item.anchors[1]}`);
    const show = () => {
      const value = answers[item.id];
      slider.value = value === undefined ? (item.range[0] + item.range[1]) / 2 : value;
      number.value = value === undefined ? "" : value;
      wrap.classList.toggle("untouched", value === undefined);
    };
    const take = (text) => {
      const value = Number(text);
      const fits = Number.isInteger(value) && value >= item.range[0] && value <= item.range[1];
      number.setAttribute("aria-invalid", text !== "" && !fits);
      put(item, text === "" ? undefined : value); // what does not fit is refused in words by the server
      if (fits || text === "") show();
    };
    slider.addEventListener("change", () => take(slider.value));
    slider.addEventListener("pointerup", () => take(slider.value)); // a touch in the middle is an answer too
    number.addEventListener("change", () => take(number.value));
    wrap.append(make("span", "anchor", item.anchors[0]), slider, make("span", "anchor", item.anchors[1]), number);
    box.append(wrap);
    show();
    return { input: () => slider, clear: show, choose: () => false };
  };

  const day = (item, box) => {
    const input = make("input", "date");
    input.type = "text";
    input.placeholder = "2026-05-03, or 2026-05, or 2026";
    input.setAttribute("aria-label", "year, month and day as far as known");
    input.value = answers[item.id] || "";
    input.addEventListener("change", () => {
      const text = input.value.trim();
      const fits = /^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$/.test(text);
      input.setAttribute("aria-invalid", text !== "" && !fits);
      put(item, text || undefined); // as above
    });
    box.append(input);
    return { input: () => input, clear: () => (input.value = ""), choose: () => false };
  };

  const kinds = { rating: choices, yes_no: choices, analogue: line, date: day };

  if (data.stem) root.append(make("p", "stem", data.stem));
  if (data.headings.length) {
    const heads = make("div", "heads");
    heads.append(make("span"), ...data.headings.map((text) => make("span", "", text)));
    root.append(heads);
  }
  for (const row of data.rows) {
    const wide = row.items.length > 1;
    const line_ = make("div", wide ? "row several" : "row");
    if (wide) line_.append(make("div", "text", row.label));
    for (const item of row.items) {
      const box = make("fieldset", item.ask ? "field ask" : "field");
      if (item.after) box.classList.add("follows");
      const legend = make("legend", wide ? "heading" : "", wide ? item.heading : row.label);
      if (row.note) legend.append(make("small", "", row.note));
      if (wide) box.setAttribute("aria-label", `${row.label}, ${item.heading}`);
      box.append(legend);
      const field = { item, box, ...kinds[item.kind](item, box) };
      const index = fields.push(field) - 1;
      box.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const typing = event.target.matches("input:not([type=radio])");
        if (event.key === "Enter") {
          if (typing) event.target.dispatchEvent(new Event("change"));
          send();
          setTriggerValue("save", true);
        } else if (typing) return;
        else if (field.choose(event.key)) focus(index + 1, 1);
        else if (event.key === "-" || event.key === "Backspace" || event.key === "Delete") {
          field.clear();
          put(item, undefined);
        } else if (event.key === "ArrowDown") focus(index + 1, 1);
        else if (event.key === "ArrowUp") focus(index - 1, -1);
        else return;
        event.preventDefault();
      });
      line_.append(box);
    }
    root.append(line_);
  }
  follow();
  const first = fields.findIndex(({ item }) => asked(item) && !(item.id in answers));
  if (fields.length) focus(first < 0 ? fields.length - 1 : first, 1);
}
