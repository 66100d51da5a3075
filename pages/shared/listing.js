// A table whose first cell is a button. Text only ever enters as textContent.
const SVG = "http://www.w3.org/2000/svg";

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined && text !== null) element.textContent = text;
  return element;
}

// A line on the scale's own range, broken where a value is missing, with a dot on the last value.
function trend(cell) {
  const width = 120, height = 30, pad = 3;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("class", "trend");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", cell.say || "");
  const n = cell.trend.length;
  const x = (i) => (n === 1 ? width - pad : pad + (i * (width - 2 * pad)) / (n - 1));
  const y = (v) => height - pad - ((v - cell.low) * (height - 2 * pad)) / (cell.high - cell.low || 1);
  let path = "", pen = false, last = null;
  cell.trend.forEach((v, i) => {
    if (v === null) { pen = false; return; }
    path += `${pen ? "L" : "M"}${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
    pen = true;
    last = [x(i), y(v)];
  });
  const floor = document.createElementNS(SVG, "path");
  floor.setAttribute("d", `M0 ${height - pad + 1.5}H${width}`);
  floor.setAttribute("class", "floor");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(floor, line);
  if (last) {
    const dot = document.createElementNS(SVG, "circle");
    dot.setAttribute("cx", last[0]);
    dot.setAttribute("cy", last[1]);
    dot.setAttribute("r", 2.6);
    svg.append(dot);
  }
  return svg;
}

// A scale's bands side by side, from the mildest to the gravest.
function strip(bands) {
  const bar = make("span", "strip");
  bands.forEach(([share, depth]) => {
    const band = make("i");
    band.style.flex = `${share} 0 0`;
    band.style.setProperty("--depth", `${Math.round(14 + 66 * depth)}%`);
    bar.append(band);
  });
  return bar;
}

function fill(target, cell) {
  if (cell === null || cell === undefined) target.append(make("span", "none", "–"));
  else if (typeof cell !== "object") target.append(make("span", "", cell));
  else if ("trend" in cell) target.append(cell.trend.length ? trend(cell) : make("span", "none", "–"));
  else if ("badge" in cell) target.append(make("span", `badge ${cell.tone || ""}`, cell.badge));
  else {
    target.append(make("span", "main", cell.main));
    if (cell.sub) target.append(make("span", "sub", cell.sub));
    if (cell.strip && cell.strip.length) target.append(strip(cell.strip));
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".listing");
  const table = make("table");
  table.setAttribute("aria-label", data.label);
  const head = make("tr");
  data.columns.forEach(([, heading]) => head.append(Object.assign(make("th", "", heading), { scope: "col" })));
  table.append(make("thead"), make("tbody"));
  table.tHead.append(head);
  data.rows.forEach((row) => {
    const tr = make("tr");
    if (row.group) {
      tr.className = "group";
      tr.append(Object.assign(make("th", "", row.group), { scope: "rowgroup", colSpan: data.columns.length }));
      table.tBodies[0].append(tr);
      return;
    }
    data.columns.forEach(([name, heading], index) => {
      const td = make("td");
      td.dataset.heading = heading;
      if (index === 0) {
        const button = make("button", "open");
        button.type = "button";
        fill(button, row[name]);
        td.append(button);
      } else fill(td, row[name]);
      if (typeof row[name] === "string" && row[name].length > 40) td.className = "wide";
      tr.append(td);
    });
    tr.addEventListener("click", () => setTriggerValue("open", row.id));
    table.tBodies[0].append(tr);
  });
  root.replaceChildren(table);
}
