// One fieldset of radio buttons per item. The browser holds the answers; each change is sent at once.
export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  const root = parentElement.querySelector(".items");
  if (root.dataset.built) return; // a rerun must not take the focus or an answer away
  root.dataset.built = "yes";
  const answers = { ...data.answers };
  const rows = [];

  const send = () => setStateValue("answers", { ...answers });
  const focus = (index) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    (row.querySelector("input:checked") || row.querySelector("input")).focus();
    row.scrollIntoView({ block: "nearest" });
  };
  const mark = (row, item) => row.classList.toggle("answered", item.id in answers);

  if (data.stem) {
    const stem = document.createElement("p");
    stem.className = "stem";
    stem.textContent = data.stem;
    root.append(stem);
  }

  data.items.forEach((item, index) => {
    const row = document.createElement("fieldset");
    row.className = item.ask ? "row ask" : "row";
    const legend = document.createElement("legend");
    legend.textContent = `${item.number}. ${item.text}`;
    row.append(legend);
    const options = document.createElement("div");
    options.className = "options";
    item.options.forEach(([value, label]) => {
      const choice = document.createElement("label");
      const input = document.createElement("input");
      input.type = "radio";
      input.name = `item-${item.id}`;
      input.value = value;
      input.checked = answers[item.id] === value;
      input.addEventListener("change", () => {
        answers[item.id] = value;
        mark(row, item);
        send();
      });
      const digit = document.createElement("b");
      digit.textContent = value;
      const words = document.createElement("span");
      words.textContent = label;
      choice.append(input, digit, words);
      options.append(choice);
    });
    row.append(options);
    row.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const chosen = item.options.find(([value]) => String(value) === event.key);
      if (chosen) {
        answers[item.id] = chosen[0];
        row.querySelector(`input[value="${chosen[0]}"]`).checked = true;
        mark(row, item);
        send();
        focus(index + 1);
      } else if (event.key === "-" || event.key === "Backspace" || event.key === "Delete") {
        delete answers[item.id];
        row.querySelectorAll("input").forEach((input) => (input.checked = false));
        mark(row, item);
        send();
      } else if (event.key === "ArrowDown") focus(index + 1);
      else if (event.key === "ArrowUp") focus(index - 1);
      else if (event.key === "Enter") {
        send();
        setTriggerValue("save", true);
      } else return;
      event.preventDefault();
    });
    mark(row, item);
    rows.push(row);
    root.append(row);
  });
  const first = data.items.findIndex((item) => !(item.id in answers));
  if (rows.length) focus(first < 0 ? rows.length - 1 : first);
}
