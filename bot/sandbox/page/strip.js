// The strip above the phones: the sandbox's time, which phones are out, the callback's health, and the drawer of faults.

import * as clock from "./clock.js";
import { disclose, el, icon, platformOf, portrait, safeUrl } from "./element.js";
import { showFaults } from "./faults.js";
import { Refused, server } from "./server.js";

const $ = (id) => document.getElementById(id);

/** A toast over the page, for what concerns no single phone. */
export function tell(text) {
  $("toast").textContent = text;
  $("toast").classList.add("showing");
  clearTimeout(tell.hiding);
  tell.hiding = setTimeout(() => $("toast").classList.remove("showing"), 3200);
}

/** Does one thing at the server while `button` waits; a refusal becomes a toast. */
async function during(button, deed) {
  button.disabled = true;
  button.classList.add("turning");
  try {
    return await deed();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(error.message);
    return null;
  } finally {
    button.disabled = false;
    button.classList.remove("turning");
  }
}

/** Puts life into the strip; `page` is told what was changed: `refresh()`, `toggle(userid)`, `people()`, `isOut(userid)`. */
export function strip(page) {
  const moves = [
    ["ten-minutes", () => ({ advance_seconds: 600 })],
    ["two-hours", () => ({ advance_seconds: 7200 })],
    ["morning", () => ({ to: clock.tomorrow(8) })],
  ];
  for (const [id, move] of moves) {
    $(id).prepend(icon("forward"));
    $(id).addEventListener("click", () => moveTime($(id), move(), page));
  }
  $("people-button").prepend(icon("people"));
  $("faults-button").prepend(icon("fault"));
  disclose($("people-button"), $("people-panel"));
  disclose($("callback-button"), $("callback-panel"));
  $("redeliver").addEventListener("click", async () => {
    const done = await during($("redeliver"), () => server.redeliver());
    if (done) tell(done.failed ? `送到 ${done.accepted} 条，还有 ${done.failed} 条没送到` : `送到 ${done.accepted} 条`);
    await page.refresh();
  });
  $("people-button").addEventListener("click", () => listPeople(page, ""));
  $("people-search").addEventListener("input", () => listPeople(page, $("people-search").value));
  $("people-search").addEventListener("keydown", (event) => {
    if (event.key === "Enter") $("people-list").querySelector("button")?.click();
  });
  $("faults-button").addEventListener("click", () => $("drawer").showModal());
  $("drawer-close").append(icon("close"));
  $("drawer-close").addEventListener("click", () => $("drawer").close());
  $("drawer").addEventListener("click", (event) => event.target === $("drawer") && $("drawer").close());
}

async function moveTime(button, move, page) {
  if (!(await during(button, () => server.time(move)))) return;
  await page.refresh();
  $("clock").classList.remove("jumped");
  void $("clock").offsetWidth;
  $("clock").classList.add("jumped");
}

let ticked = "";

/** Shows the time; true when a new day has begun since the last call. */
export function tick() {
  const now = clock.now();
  const day = `${clock.date(now)} ${clock.weekday(now)}`;
  $("clock-time").textContent = clock.time(now);
  $("clock-year").textContent = `${clock.year(now)}年`;
  $("clock-date").textContent = day;
  const newDay = ticked !== "" && ticked !== day;
  ticked = day;
  return newDay;
}

/** Shows what the server last said of itself. */
export function show(state, page) {
  showCallback(state.callback ?? {}, state.beside);
  showControls(state.controls ?? [], page);
  showFaults(state.faults ?? {}, (changed) => changeFaults(changed, page));
  const links = (state.links ?? []).filter((link) => safeUrl(link.url));
  const button = ({ label, url }) => el("a", { class: "button", href: safeUrl(url), target: "_blank", rel: "noopener" }, icon("desk"), label);
  $("links").replaceChildren(...links.map(button));
}

async function changeFaults(changed, page) {
  try {
    await server.faults(changed);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(error.message);
  }
  await page.refresh();
}

/** Whether the line to the server is up. */
export function connected(up) {
  document.body.classList.toggle("offline", !up);
  if (!up) $("callback-words").textContent = "连接断了，正在重连";
}

function healthOf({ verified, pending, last_error: error, last_status: status }, beside) {
  if (!verified) return ["bad", "回调没接通"];
  if (beside && !beside.lines) return ["bad", "钉钉没接通"];
  if (pending > 0) return ["waiting", `待送 ${pending}`];
  if (error || (status && status >= 400)) return ["bad", "回调出错"];
  return ["good", "回调正常"];
}

function showCallback(callback, beside) {
  const waiting = (callback.pending ?? 0) + (beside?.pending ?? 0);
  const [health, words] = healthOf({ ...callback, pending: waiting }, beside);
  $("callback-button").dataset.health = health;
  $("callback-words").textContent = words;
  $("redeliver").hidden = !waiting;
  const lines = [
    ["地址", callback.url || "还没有设置"],
    ["验证", callback.verified ? "已通过" : "没有通过"],
    ["待送", `${waiting} 条`],
    ["上次应答", callback.last_status || "还没有"],
    ["上次出错", callback.last_error || "没有"],
    ...(beside ? [["钉钉", beside.lines ? `Stream 已连接（${beside.lines} 条连接）` : "没有连接"]] : []),
  ];
  $("callback-lines").replaceChildren(...lines.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })]));
}

function showControls(controls, page) {
  const press = (control) => async (event) => {
    const button = event.currentTarget;
    if (await during(button, () => server.control(control.id))) tell(`已执行：${control.label}`);
    await page.refresh();
  };
  const signature = JSON.stringify(controls);
  if ($("controls").dataset.signature === signature) return;
  $("controls").dataset.signature = signature;
  const draw = (control) => el("button", { class: "button", type: "button", on: { click: press(control) } }, icon("power"), control.label);
  $("controls").replaceChildren(...controls.map(draw));
}

function listPeople(page, sought) {
  const words = sought.trim().toLowerCase();
  const fits = (person) => [person.name, person.userid, person.department, person.position, person.platformName].some((text) => text?.toLowerCase().includes(words));
  const found = page.people().filter(fits).slice(0, 60);
  const draw = (person) => {
    const out = page.isOut(person.userid);
    const choose = () => {
      page.toggle(person.userid);
      listPeople(page, $("people-search").value);
    };
    return el(
      "li",
      {},
      el(
        "button",
        { type: "button", "aria-pressed": String(out), on: { click: choose } },
        portrait(person),
        el("span", { class: "who" }, el("strong", {}, person.name, platformOf(person)), el("span", { text: [person.department, person.position].filter(Boolean).join(" · ") })),
        out ? icon("check") : icon("plus"),
      ),
    );
  };
  $("people-list").replaceChildren(...(found.length ? found.map(draw) : [el("li", { class: "nobody", text: "没有找到这个人" })]));
}
