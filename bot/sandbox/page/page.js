// The page as a whole: which phones are out, the line to the server, and who hears what.

import * as clock from "./clock.js";
import { el, icon, platformOf, portrait } from "./element.js";
import { Phone } from "./phone.js";
import { follow, Refused, server } from "./server.js";
import * as strip from "./strip.js";

const stage = document.getElementById("stage");
const tabs = document.getElementById("tabs");
const live = document.getElementById("live");
const AGAIN = 1500;
const LOOKING = 15_000;
const PLATFORMS = { wecom: "企业微信", dingtalk: "钉钉" };

let state = { app: { name: "小办" }, people: [] };
const phones = new Map();
const away = new Set();
let front = null;
let said = [];

/** The browser's own memory of what was chosen; a browser that forbids it only forgets. */
const memory = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(`sandbox.${key}`));
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(`sandbox.${key}`, JSON.stringify(value));
    } catch {
      // Private windows may refuse; nothing depends on it.
    }
  },
};

const shared = {
  appName: () => state.app?.name || "小办",
  menu: () => state.menu,
  nameOf: (userid) => personOf(userid)?.name ?? userid,
  changed: () => drawBadges(),
  remove: (phone) => page.toggle(phone.person.userid),
  announce(text) {
    said = [...said, text].slice(-3);
    clearTimeout(shared.speaking);
    shared.speaking = setTimeout(() => {
      live.textContent = said.join("。");
      said = [];
    }, 400);
  },
};

const page = {
  people: () => state.people,
  isOut: (userid) => phones.has(userid),
  async refresh() {
    try {
      take(await server.state());
      strip.connected(true);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      strip.connected(false);
    }
  },
  async toggle(userid) {
    if (phones.has(userid)) {
      away.add(userid);
      putAway(userid);
    } else {
      away.delete(userid);
      await bringOut(userid);
    }
    rememberPhones();
  },
};

/** Whose phone it is, on whichever platform. */
const ownerOf = (userid) => userid.split(":").at(-1);
const personOf = (userid) => state.people.find((person) => person.userid === userid);

function take(fresh) {
  const menuBefore = JSON.stringify(state.menu);
  state = { ...fresh, people: tinted(fresh.people ?? []) };
  clock.set(state.now);
  clock.setZone(state.now);
  strip.show(state, page);
  tick();
  if (JSON.stringify(state.menu) !== menuBefore) phones.forEach((phone) => phone.composer.menu());
}

/** Gives each person a colour, the same on both platforms, so that those who are shown first look least alike. */
function tinted(people) {
  const one = (person) => ownerOf(person.userid);
  const first = people.filter((person) => person.pinned);
  const order = new Map([...new Set([...first, ...people].map(one))].map((userid, index) => [userid, index]));
  const several = new Set(people.map((person) => person.platform)).size > 1;
  const platformName = (person) => (several ? (PLATFORMS[person.platform] ?? person.platform) : "");
  return people.map((person) => ({ ...person, tint: order.get(one(person)), platformName: platformName(person) }));
}

function tick() {
  const newDay = strip.tick();
  for (const phone of phones.values()) {
    phone.tick();
    if (newDay) phone.redate();
  }
}

function chosenPeople() {
  const kept = (memory.read("phones") ?? []).filter(personOf);
  if (kept.length) return kept;
  const pinned = state.people.filter((person) => person.pinned);
  return (pinned.length ? pinned : state.people.slice(0, 3)).map((person) => person.userid);
}

function place(userid) {
  const phone = new Phone(personOf(userid), shared);
  phones.set(userid, phone);
  stage.append(phone.node);
  phone.composer.menu();
  phone.tick();
  tabs.append(tabOf(phone));
  if (front === null) bringForward(userid);
  return phone;
}

async function bringOut(userid) {
  const phone = place(userid);
  bringForward(userid);
  phone.node.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "smooth" });
  await load(phone);
}

async function load(phone) {
  try {
    await phone.load();
  } catch (error) {
    phone.hint(error.message);
  }
}

/** Who is shown on one platform and is sent something on the other is shown there, too, unless that phone was put away. */
function bringBeside(userid) {
  const other = [...phones.keys()].find((out) => ownerOf(out) === ownerOf(userid));
  if (other === undefined || away.has(userid) || !personOf(userid)) return;
  const phone = place(userid);
  phones.get(other).node.after(phone.node);
  tabFor(other).after(tabFor(userid));
  rememberPhones();
  load(phone);
}

function putAway(userid) {
  phones.get(userid).node.remove();
  phones.delete(userid);
  tabFor(userid)?.remove();
  if (front === userid) bringForward(phones.keys().next().value ?? null);
  drawBadges();
}

/** In the order in which they stand there. */
const rememberPhones = () => memory.write("phones", [...tabs.children].map((tab) => tab.dataset.userid));
const tabFor = (userid) => tabs.querySelector(`[data-userid="${CSS.escape(userid)}"]`);

function tabOf(phone) {
  const { userid, name, position, department } = phone.person;
  const choose = () => bringForward(userid);
  return el(
    "button",
    { class: "tab", type: "button", data: { userid }, on: { click: choose } },
    portrait(phone.person),
    el("span", { class: "who" }, el("strong", { text: name }), platformOf(phone.person) ?? el("span", { text: position || department || "" })),
    el("span", { class: "badge", hidden: true }),
  );
}

function bringForward(userid) {
  front = userid;
  for (const [other, phone] of phones) phone.node.classList.toggle("front", other === userid);
  for (const tab of tabs.children) tab.setAttribute("aria-pressed", String(tab.dataset.userid === userid));
  phones.get(userid)?.shown();
}

function drawBadges() {
  let all = 0;
  for (const tab of tabs.children) {
    const unread = phones.get(tab.dataset.userid)?.unread ?? 0;
    const badge = tab.querySelector(".badge");
    badge.hidden = unread === 0;
    badge.textContent = unread > 99 ? "99+" : unread;
    all += unread;
  }
  document.title = `${all ? `(${all}) ` : ""}${shared.appName()} · 沙盒`;
}

function heard(event) {
  if (event.now) clock.set(event.now);
  if (event.item && !phones.has(event.userid)) bringBeside(event.userid);
  else if (event.item) phones.get(event.userid).put(event.item);
  tick();
  clearTimeout(heard.looking);
  heard.looking = setTimeout(page.refresh, event.type === "state" ? 60 : 400);
}

/** Reads everything, then follows the line; when it breaks, does the same again, so that nothing is missed. */
async function connect() {
  try {
    take(await server.state());
    if (!phones.size) chosenPeople().forEach(place);
    const { seq } = state;
    await Promise.all([...phones.values()].map((phone) => phone.load()));
    follow(seq ?? 0, heard, again);
    strip.connected(true);
    stage.classList.add("ready");
  } catch (error) {
    if (!(error instanceof Refused)) console.error(error);
    again();
  }
}

function again() {
  strip.connected(false);
  setTimeout(connect, AGAIN);
}

function firstSteps() {
  const steps = document.getElementById("steps");
  const away = document.getElementById("steps-close");
  steps.hidden = memory.read("steps-seen") === true;
  away.append(icon("close"));
  away.addEventListener("click", () => {
    steps.hidden = true;
    memory.write("steps-seen", true);
  });
  document.getElementById("steps-begin").addEventListener("click", () => {
    const first = phones.keys().next().value;
    bringForward(first);
    phones.get(first)?.composer.fill("报修");
  });
}

strip.strip(page);
firstSteps();
setInterval(tick, 1000);
setInterval(() => document.hidden || page.refresh(), LOOKING);
document.addEventListener("visibilitychange", () => document.hidden || phones.forEach((phone) => phone.shown()));
connect();
