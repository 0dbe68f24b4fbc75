// One phone: a person's chat with the app, what comes in and where it stands on the screen.

import * as clock from "./clock.js";
import { composer } from "./composer.js";
import { disclose, el, icon, platformOf, portrait } from "./element.js";
import { drawn, inShort } from "./messages.js";
import { IMPOSSIBLE, Refused, server } from "./server.js";
import { todoList } from "./todos.js";

const PAUSE = 5 * 60_000;
const SETTLING = 900;
const NOT_POSSIBLE = {
  tap: "这张卡片已经不能点了",
  "menu-tap": "这张卡片已经不能点了",
  menu: "菜单里已经没有这一项",
  other: "这个人现在看不到这个应用",
};

export class Phone {
  /** `shared` is the page: `appName()`, `menu()`, `nameOf(userid)`, `announce(text)`, `changed(phone)`, `remove(phone)`. */
  constructor(person, shared) {
    this.person = person;
    this.shared = shared;
    this.unread = 0;
    this.rows = new Map();
    this.chosen = new Map();
    this.stuck = true;
    this.last = null;
    this.touched = new Set();
    this.node = this.draw();
    this.watchScrolling();
  }

  draw() {
    this.log = el("ol", { class: "log" });
    this.scroller = el(
      "div",
      { class: "scroller", tabindex: 0, role: "log", "aria-live": "off", "aria-label": `${this.person.name}的聊天记录` },
      this.log,
    );
    this.fresh = el("button", { class: "fresh", type: "button", hidden: true, on: { click: () => this.toEnd(true) } });
    this.note = el("p", { class: "note", role: "status" });
    this.composer = composer(this);
    const middle = el("div", { class: "middle" }, this.scroller, this.fresh, this.note);
    const screen = el("div", { class: "screen" }, this.statusBar(), this.titleBar(), middle, this.composer.node);
    const label = `${this.person.name}的手机${this.person.platformName}`;
    const props = { class: `phone on-${this.person.platform}`, "aria-label": label };
    return el("section", props, this.nameTag(), el("div", { class: "device" }, screen));
  }

  nameTag() {
    const { name, department, position } = this.person;
    this.badge = el("span", { class: "badge", hidden: true });
    const away = () => this.shared.remove(this);
    return el(
      "header",
      { class: "name-tag" },
      portrait(this.person),
      el("span", { class: "who" }, el("strong", {}, name, platformOf(this.person)), el("span", { text: [department, position].filter(Boolean).join(" · ") })),
      this.badge,
      el("button", { class: "round away", type: "button", "aria-label": `收起${name}的手机`, title: "收起这部手机", on: { click: away } }, icon("close")),
    );
  }

  statusBar() {
    this.wall = el("span", { class: "wall" });
    const signs = ["signal", "battery"].map((sign) => el("i", { class: `sign-${sign}` }, el("b"), el("b"), el("b"), el("b")));
    return el("div", { class: "status-bar", "aria-hidden": "true" }, this.wall, el("span", { class: "island" }), el("span", { class: "signs" }, ...signs));
  }

  titleBar() {
    this.title = el("h2", { text: this.shared.appName() });
    const bar = (kind, ...more) => el("div", { class: "title-bar" }, el("span", { class: "title-back" }, icon("back")), this.title, el("span", { class: "title-kind", text: kind }), ...more);
    if (this.person.platform === "dingtalk") return bar("钉钉机器人", ...todoList(this.person));
    const more = el("button", { class: "round", type: "button", "aria-label": "聊天选项" }, icon("more"));
    const enter = () => this.act("enter");
    const panel = el("div", { class: "panel title-panel" });
    panel.append(el("button", { type: "button", text: "退出再进入（enter_agent）", data: { closes: "" }, on: { click: enter } }));
    disclose(more, panel);
    return bar(this.person.platformName ? `${this.person.platformName}应用` : "应用", more, panel);
  }

  watchScrolling() {
    let before = 0;
    this.scroller.addEventListener("scroll", () => {
      if (this.hidden()) return;
      const { scrollTop, scrollHeight, clientHeight } = this.scroller;
      const atEnd = scrollHeight - scrollTop - clientHeight < 40;
      // A picture that loads late makes the chat longer, which is no reason to stop following it; scrolling up is.
      if (atEnd || scrollTop < before) this.stuck = atEnd;
      before = scrollTop;
      if (this.stuck) this.read();
    });
    const follow = new ResizeObserver(() => this.stuck && this.toEnd(false));
    follow.observe(this.log);
    follow.observe(this.scroller);
  }

  hidden = () => this.node.offsetParent === null;

  tick() {
    this.wall.textContent = clock.time(clock.now());
  }

  /** The day has changed, so 「昨天」 and weekdays are to be said anew. */
  redate() {
    for (const { moment, at } of this.rows.values()) if (moment) moment.textContent = clock.said(at);
  }

  /** Everything there is, from the server; what arrived by the line while it was asked for is newer and stays. */
  async load() {
    this.touched.clear();
    const { items } = await server.phone(this.person.userid);
    const newer = [...this.touched].map((id) => this.rows.get(id).item);
    this.rows.clear();
    this.log.replaceChildren();
    this.last = null;
    for (const item of items) this.put(newer.find((other) => other.id === item.id) ?? item, false);
    for (const item of newer) if (!this.rows.has(item.id)) this.put(item, false);
    if (!this.rows.size) this.greet();
    this.toEnd(false);
  }

  greet() {
    const opens = this.person.platform !== "dingtalk";
    const start = opens && el("button", { type: "button", text: `打开${this.shared.appName()}`, on: { click: () => this.act("enter") } });
    const picture = el("img", { src: "/static/icon.svg", alt: "", width: 56, height: 56 });
    this.log.append(el("li", { class: "greeting" }, picture, el("p", { text: "还没有消息" }), start, el("p", { text: opens ? "或者直接在下面打字" : "在下面打字就行" })));
  }

  /** Takes an item in: new ones go to the end, known ones change where they stand. */
  put(item, live = true) {
    this.touched.add(item.id);
    const known = this.rows.get(item.id);
    if (known) return this.change(known, item);
    this.log.querySelector(".greeting")?.remove();
    const at = Date.parse(item.at);
    const moment = this.last === null || at - this.last > PAUSE ? el("time", { class: "moment", text: clock.said(at) }) : null;
    this.last = at;
    const row = { item, moment, at, node: el("li", {}) };
    row.node.append(moment ?? "", this.message(item));
    row.node.className = `row${live ? " arriving" : ""}`;
    this.rows.set(item.id, row);
    this.log.append(row.node);
    if (live) this.arrived(item);
    return undefined;
  }

  change(row, item) {
    const [before, after] = [seen(row.item), seen(item)];
    const moved = row.item.status !== item.status;
    row.item = item;
    if (before === after && !moved) return;
    row.node.lastElementChild.replaceWith(this.message(item));
    if (before === after) return;
    row.node.classList.remove("changed", "arriving");
    void row.node.offsetWidth;
    row.node.classList.add("changed");
    if (item.recalled) this.shared.announce(`${this.shared.appName()}撤回了一条消息`);
  }

  arrived(item) {
    if (item.sender === "me") return this.toEnd(true);
    this.shared.announce(`${this.person.name}${this.person.platformName}收到：${inShort(item)}`);
    if (this.stuck && !this.hidden() && !document.hidden) return this.toEnd(true);
    this.unread += 1;
    this.count();
    return this.stuck && this.toEnd(false);
  }

  message(item) {
    const mine = item.sender === "me";
    if (item.recalled) return el("p", { class: "aside", text: mine ? "你撤回了一条消息" : `${this.shared.appName()}撤回了一条消息` });
    if (item.kind === "event") return el("p", { class: "aside", text: this.eventWords(item.content) });
    const face = mine ? portrait(this.person) : el("img", { class: "portrait", src: "/static/icon.svg", alt: this.shared.appName() });
    const state = mine && item.status !== "delivered" ? this.sending(item.status) : null;
    return el("div", { class: `message ${mine ? "mine" : "theirs"}` }, face, el("div", { class: "content" }, drawn(item, this.holder(item))), state);
  }

  sending(status) {
    if (status === "failed") return el("span", { class: "sending failed", role: "img", "aria-label": "没有送到", title: "没有送到：回调没有成功" }, "!");
    return el("span", { class: "sending", role: "img", "aria-label": "正在送", title: "正在送往回调地址" });
  }

  eventWords(content) {
    const { event, key, name } = content;
    if (event === "enter_agent") return `打开了${this.shared.appName()}`;
    return key ? `点了菜单「${name || key}」` : event;
  }

  /** What a card may ask of the phone it stands on. */
  holder(item) {
    return {
      choices: () => this.choicesFor(item),
      tap: (key, selected) => this.tap("tap", { item: item.id, key, selected }, item),
      tapMenu: (key) => this.tap("menu-tap", { item: item.id, key }, item),
      hint: (text, card) => this.hint(text, card),
      nameOf: (userid) => this.shared.nameOf(userid),
    };
  }

  choicesFor(item) {
    const signature = JSON.stringify(item.content);
    if (this.chosen.get(item.id)?.signature !== signature) this.chosen.set(item.id, { signature, kept: new Map() });
    return this.chosen.get(item.id).kept;
  }

  /** Resolves when the card has changed, or a moment after the answer when it has not. */
  async tap(what, body, item) {
    const before = seen(item);
    const answer = await this.act(what, body);
    const until = performance.now() + (answer?.accepted ? SETTLING : 0);
    while (performance.now() < until && seen(this.rows.get(item.id)?.item ?? item) === before) {
      await new Promise((done) => setTimeout(done, 60));
    }
  }

  /** Does something in this person's name: how its delivery went, or null when it could not even be done. */
  async act(what, body) {
    const { userid } = this.person;
    try {
      const answer = await (body instanceof Blob ? server.upload(userid, what, body) : server.act(userid, what, body));
      if (!answer.accepted) this.hint(answer.status ? `没有送到：${this.shared.appName()}回了 ${answer.status}` : `没有送到：${this.shared.appName()}没有应答`);
      return answer;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.hint(error.status === IMPOSSIBLE ? (NOT_POSSIBLE[what] ?? NOT_POSSIBLE.other) : error.message);
      return null;
    }
  }

  hint(text, card) {
    this.note.textContent = text;
    this.note.classList.add("showing");
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => this.note.classList.remove("showing"), 3200);
    if (!card) return;
    card.classList.remove("refusing");
    void card.offsetWidth;
    card.classList.add("refusing");
  }

  toEnd(read) {
    this.stuck = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    if (read && !this.hidden()) this.read();
  }

  read() {
    if (document.hidden || !this.unread) return;
    this.unread = 0;
    this.count();
  }

  count() {
    const text = this.unread > 99 ? "99+" : String(this.unread);
    this.badge.textContent = text;
    this.badge.hidden = this.unread === 0;
    this.fresh.hidden = this.unread === 0;
    this.fresh.replaceChildren(icon("down"), `${text} 条新消息`);
    this.shared.changed(this);
  }

  /** It has come to the front: unread ends here when the end of the chat is on the screen. */
  shown() {
    if (this.stuck) this.toEnd(true);
  }
}

/** What of an item can be seen; the key somebody pressed shows only once the card is settled. */
function seen({ content, recalled, card }) {
  return JSON.stringify([content, recalled, card?.live, card?.replaced_text, card?.live ? null : card?.chosen]);
}
