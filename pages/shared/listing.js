// A table whose first cell is a button. Text only ever enters as textContent.
const SVG = "http://www.w3.org/2000/svg";

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined && text !== null) element.textContent = text;
  return element;
}

function shape(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}

// One picture width for the heading and for every row below it, so that a day stands at the same place in all.
const WIDE = 240, TALL = 56, EDGE = 5, LANE = 46;
const across = (low, high) => (day) => EDGE + ((day - low) * (WIDE - 2 * EDGE)) / (high - low || 1);

function picture(className, height) {
  return shape("svg", { viewBox: `0 0 ${WIDE} ${height}`, class: className });
}

// The common time axis, once, in the heading.
function timeAxis(axis) {
  const svg = picture("axis", 16), x = across(axis.low, axis.high);
  svg.setAttribute("aria-hidden", "true");
  axis.ticks.forEach(([day, label]) => {
    const at = x(day);
    svg.append(shape("path", { d: `M${at.toFixed(1)} 12V16`, class: "mark" }));
    const anchor = at < 14 ? "start" : at > WIDE - 14 ? "end" : "middle";
    const text = shape("text", { x: at.toFixed(1), y: 10, "text-anchor": anchor });
    text.textContent = label;
    svg.append(text);
  });
  return svg;
}

// A course on its scale's own range: the line breaks where points are not joined, a prorated score is hollow, the
// baseline is dashed, and each treatment is a stroke in the lane below.
function spark(cell) {
  const svg = picture("spark", TALL), x = across(cell.from, cell.to);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", cell.say || "");
  const y = (v) => LANE - 4 - ((v - cell.low) * (LANE - 8)) / (cell.high - cell.low || 1);
  const { points, doses, baseline } = cell.spark;
  cell.marks.forEach((day) => svg.append(shape("path", { d: `M${x(day).toFixed(1)} 0V${TALL}`, class: "mark" })));
  svg.append(shape("path", { d: `M0 ${LANE}H${WIDE}`, class: "floor" }));
  if (baseline !== null) {
    svg.append(shape("path", { d: `M${EDGE} ${y(baseline).toFixed(1)}H${WIDE - EDGE}`, class: "baseline" }));
  }
  const steps = points.map(([day, v, joined]) => `${joined ? "L" : "M"}${x(day).toFixed(1)} ${y(v).toFixed(1)}`);
  svg.append(shape("path", { d: steps.join(""), class: "line" }));
  points.forEach(([day, v, , prorated], i) => {
    const last = i === points.length - 1;
    const name = `point${prorated ? " prorated" : ""}`;
    svg.append(shape("circle", { cx: x(day).toFixed(1), cy: y(v).toFixed(1), r: last ? 3.4 : 1.7, class: name }));
  });
  doses.forEach((day) => {
    svg.append(shape("path", { d: `M${x(day).toFixed(1)} ${LANE + 2}V${TALL - 1}`, class: "dose" }));
  });
  return svg;
}

function course(target, cell) {
  if (cell.empty) target.append(make("span", "none", cell.empty));
  else target.append(spark(cell));
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
  else if ("spark" in cell) course(target, cell);
  else if ("badge" in cell) {
    target.append(make("span", `badge ${cell.tone || ""}`, cell.badge));
    if (cell.sub) target.append(make("span", "sub", cell.sub));
  }
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
  data.columns.forEach(([, heading, axis]) => {
    const th = Object.assign(make("th", "", heading), { scope: "col" });
    if (axis) th.append(make("span", "sub", axis.says), timeAxis(axis));
    head.append(th);
  });
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
    data.columns.forEach(([name, heading, axis], index) => {
      const td = make("td", axis ? "over-time" : "");
      td.dataset.heading = axis ? `${heading}: ${axis.says}` : heading;
      if (index === 0) {
        const button = make("button", "open");
        button.type = "button";
        fill(button, row[name]);
        td.append(button);
      } else fill(td, row[name]);
      if (axis && row[name] && row[name].spark && !row[name].empty) td.append(timeAxis(axis));
      if (typeof row[name] === "string" && row[name].length > 40) td.classList.add("wide");
      tr.append(td);
    });
    tr.addEventListener("click", () => setTriggerValue("open", row.id));
    table.tBodies[0].append(tr);
  });
  root.replaceChildren(table);
}
