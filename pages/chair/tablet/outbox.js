// Entries that the server has not confirmed yet. They lie in this tab's own storage under the account and the
// treatment, so that a reload keeps them; another person neither sees nor sends them. Secrets never come here.
const SHELF = "chair entries of ";

const shelves = () => Object.keys(sessionStorage).filter((name) => name.startsWith(SHELF));
const shelf = (account, treatment) => `${SHELF}${account} for ${treatment}`;

function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name)) || [];
  } catch {
    return [];
  }
}

function write(name, items) {
  try {
    if (items.length) sessionStorage.setItem(name, JSON.stringify(items));
    else sessionStorage.removeItem(name);
    return true;
  } catch {
    return false; // full, or forbidden: the page alone holds them
  }
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

// How many entries somebody else left unsent in this tab. They stay: only their own person may send them.
const ofOthers = (account) =>
  shelves().filter((name) => !name.startsWith(shelf(account, ""))).reduce((sum, name) => sum + read(name).length, 0);

// The treatments for which this person has unsent entries in this tab.
const unsentTreatments = (account) =>
  shelves().filter((name) => name.startsWith(shelf(account, ""))).map((name) => name.slice(shelf(account, "").length));

// An item is {entry, tries, problems, ask}: `tries` counts how often it went out; `problems` are the server's
// sentences about one that it refused, which waits for a person then.
function makeOutbox(account, treatment, changed) {
  const name = shelf(account, treatment);
  let items = read(name);
  let kept = true;
  const keep = () => {
    kept = write(name, items);
    changed();
  };
  return {
    items: () => items,
    kept: () => kept,
    find: (key) => items.find((item) => item.entry.key === key),
    waiting: () => items.filter((item) => !item.problems),
    refused: () => items.filter((item) => item.problems),
    add(entry) {
      items.push({ entry, tries: 0 });
      keep();
    },
    // True if it never went out: only then can it be taken back here, since the server cannot have it.
    drop(key) {
      const found = items.find((item) => item.entry.key === key);
      if (!found || (found.tries && !found.problems)) return false;
      items = items.filter((item) => item !== found);
      keep();
      return true;
    },
    change(key, values) {
      const found = items.find((item) => item.entry.key === key);
      if (!found || (found.tries && !found.problems)) return false;
      Object.assign(found.entry, values);
      delete found.problems;
      delete found.ask;
      keep();
      return true;
    },
    going(sent) {
      sent.forEach((item) => (item.tries += 1));
      keep();
    },
    settle(saved, refused) {
      const gone = new Set(saved);
      items = items.filter((item) => !gone.has(item.entry.key));
      for (const one of refused) {
        const found = items.find((item) => item.entry.key === one.key);
        if (found) Object.assign(found, { problems: one.problems, ask: one.ask || null });
      }
      keep();
    },
  };
}
