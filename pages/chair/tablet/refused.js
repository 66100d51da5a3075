// What the server refused: the sentence, and a way out. Nothing refused goes by itself.
const WAYS = {
  confirm: ["Why it is right", "Save as it was"],
  reason: ["Reason", "Save with this reason"],
};

function buildRefusal(app, first) {
  const node = make("article", "refusal");
  const key = first.entry.key;
  const title = make("h2", "title"), sentences = make("p", "saw"), acts = make("div", "line");
  const reason = textField();
  const reasonBox = labelled("Reason", reason);
  const again = button("big primary", "", () => {
    const { ask } = app.box.find(key);
    if (WAYS[ask] && !reason.value.trim()) return missing(app, reason, "Give the reason.");
    app.box.change(key, WAYS[ask] ? { reason: reason.value.trim() } : {});
    app.link.send();
  });
  const decide = button("big primary", "A prescriber decides", () => app.decide());
  const correct = button("big", "Correct", () => {
    const { entry } = app.box.find(key);
    app.box.drop(key);
    app.correct(entry);
  });
  const drop = button("big quiet", "Drop this entry", () => app.box.drop(key), "cross");
  acts.append(again, decide, correct, drop);
  node.append(title, sentences, reasonBox, acts);
  return {
    node,
    update(item) {
      put(title, "warn", `Not saved: ${told(item.entry, app.state())}`);
      say(sentences, item.problems.join(" "));
      const way = WAYS[item.ask];
      const decided = item.ask === "decision" && app.state().leaving.decision;
      reasonBox.hidden = !way;
      again.hidden = !way && !decided;
      say(again.firstChild, way ? way[1] : "Save it now, as decided");
      if (way) say(reasonBox.firstChild, way[0]);
      decide.hidden = item.ask !== "decision" || decided;
      correct.hidden = item.entry.kind !== "vitals";
    },
  };
}

function buildRefused(app) {
  const node = make("section", "refused");
  node.setAttribute("aria-label", "Entries that were not saved");
  return {
    node,
    update() {
      const items = app.box.refused();
      keyed(node, items, (item) => item.entry.key, (item) => buildRefusal(app, item));
      node.hidden = !items.length;
    },
  };
}
