// Makes elements. What others wrote only ever goes in as text or as a checked attribute, never as markup.

/** Props: `class`, `text`, `on` (listeners), `data` (dataset); everything else is an attribute, `true` an empty one. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name === "on") for (const [type, heard] of Object.entries(value)) node.addEventListener(type, heard);
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const LINES = {
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  down: "M6 9l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  plus: "M12 5v14M5 12h14",
  photo: "M4 8h3.500l1.5-2.500h6L16.5 8H20v11H4zM12 16.500a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.400z",
  sample: "M9 18h6M10 21h4M8.5 14.500A6 6 0 1 1 15.5 14.500c-.6.6-.9 1.1-1 2h-5c-.1-.9-.4-1.4-1-2z",
  mended: "M9 18h6M10 21h4M8.5 14.500A6 6 0 1 1 15.5 14.500c-.6.6-.9 1.1-1 2h-5c-.1-.9-.4-1.4-1-2zM9.8 10l1.7 1.7 2.9-3.2",
  place: "M12 21s6.5-6.2 6.5-11.200a6.5 6.5 0 1 0-13 0C5.5 14.8 12 21 12 21zM12 12a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.600z",
  voice: "M12 15a3 3 0 0 0 3-3V6.500a3 3 0 1 0-6 0V12a3 3 0 0 0 3 3zM6 11.500a6 6 0 0 0 12 0M12 17.500V21",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.700l1-1",
  open: "M14 4h6v6M20 4l-9 9M18 14v5H5V6h5",
  play: "M8 5.500v13l10.5-6.500z",
  wave: "M6 10.500v3M10 8v8M14 5.500v13M18 9v6",
  file: "M7 3.500h7l4 4v13H7zM14 3.500V8h4",
  person: "M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.500c.6-4 3.6-6 7.5-6s6.9 2 7.5 6",
  people: "M9 11.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.500c.5-3.6 3-5.5 6.5-5.500s6 1.9 6.5 5.500M15.5 4.900a3.5 3.5 0 0 1 0 6.400M17.5 14.400c2.3.6 3.7 2.3 4 5.1",
  fault: "M13 3L5 13.500h6L10.5 21 19 10h-6z",
  forward: "M4 6l7 6-7 6zM12.5 6l7 6-7 6z",
  power: "M12 4v8M7 6.800a7 7 0 1 0 10 0",
  menu: "M5 8h14M5 12h14M5 16h14",
  check: "M5 12.500l4.5 4.500L19 7.5",
  alert: "M12 7v6M12 16.500h.01",
  desk: "M4 5h16v11H4zM9 20h6M12 16v4",
};

/** A line drawing of our own, in the colour of the text around it; decoration, so hidden from readers. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", LINES[name]);
  svg.append(path);
  return svg;
}

/** An address a tap may open: http and https only, so that no `javascript:` ever runs. */
export function safeUrl(text) {
  try {
    const url = new URL(String(text ?? ""), location.href);
    return text && (url.protocol === "http:" || url.protocol === "https:") ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens in a new tab and tells the other side nothing; plain text when the address is not a web address. */
export function anchor(url, className, ...children) {
  const href = safeUrl(url);
  if (!href) return el("span", { class: className }, ...children);
  return el("a", { class: className, href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** A person's square with the last two characters of the name, as WeCom draws members without a portrait. */
export function portrait(person) {
  const name = person.name || person.userid;
  return el("span", { class: `portrait tint-${(person.tint ?? 0) % 6}`, "aria-hidden": "true", text: name.slice(-2) });
}

/** The label that says which platform a phone is on; none where there is only one. */
export function platformOf(person) {
  return person.platformName ? el("span", { class: `platform platform-${person.platform}`, text: person.platformName }) : null;
}

let open = null;

document.addEventListener("pointerdown", (event) => {
  if (open && !open.panel.contains(event.target) && !open.button.contains(event.target)) shut(false);
});

function shut(refocus) {
  const { button, panel } = open;
  open = null;
  panel.hidden = true;
  button.setAttribute("aria-expanded", "false");
  if (refocus) button.focus();
}

/** A panel that a button opens; one at a time, closed by Escape, a click elsewhere, or on what is marked `data-closes`. */
export function disclose(button, panel) {
  panel.hidden = true;
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const again = open?.panel === panel;
    if (open) shut(false);
    if (again) return;
    open = { button, panel };
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    panel.querySelector("input, button, a")?.focus({ preventScroll: true });
  });
  for (const part of [panel, button]) {
    part.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || open?.panel !== panel) return;
      event.stopPropagation();
      shut(true);
    });
  }
  panel.addEventListener("click", (event) => {
    if (open?.panel === panel && event.target.closest("[data-closes]")) shut(true);
  });
}
