// The lower edge of a phone: typing, photos, the other kinds a person can send, and the app's own menu.

import { disclose, el, icon, safeUrl } from "./element.js";
import { fit, samplePhoto } from "./pictures.js";

/** Draws it for one phone; `fill(text)` puts words into the box, `menu()` draws the app's menu anew. */
export function composer(phone) {
  const box = el("textarea", { rows: 1, placeholder: "发消息", "aria-label": `以${phone.person.name}的身份发消息`, enterkeyhint: "send" });
  const send = el("button", { class: "send", type: "submit", disabled: true, text: "发送" });
  const form = el("form", { class: "writing" }, box, send);
  const menuBar = el("nav", { class: "app-menu", "aria-label": "应用菜单" });
  const node = el("div", { class: "composer" }, tools(phone), form, menuBar);
  const grow = () => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 108)}px`;
    send.disabled = !box.value.trim();
  };
  const fill = (words) => {
    box.value = words;
    grow();
    box.focus();
  };
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = box.value.trim();
    if (!words) return;
    box.value = "";
    grow();
    const done = await phone.act("say", { text: words });
    if (!done && !box.value) fill(words);
  });
  acceptDropped(node, box, phone);
  return { node, fill, menu: () => drawMenu(menuBar, phone) };
}

const isDingtalk = (phone) => phone.person.platform === "dingtalk";

async function sendPhoto(phone, file) {
  if (!file) return;
  if (!file.type.startsWith("image/")) {
    if (isDingtalk(phone)) await phone.act("file", file);
    else phone.hint("企业微信里的应用收不到文件，只能发照片");
    return;
  }
  try {
    await phone.act("image", await fit(file));
  } catch {
    phone.hint("这个文件不是能打开的图片");
  }
}

function acceptDropped(node, box, phone) {
  box.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    files.forEach((file) => sendPhoto(phone, file));
  });
  // The whole screen takes what is dropped; it exists only once the phone has put the composer into it.
  queueMicrotask(() => {
    const screen = node.closest(".screen");
    screen.addEventListener("dragover", (event) => {
      event.preventDefault();
      screen.classList.add("dropping");
    });
    screen.addEventListener("dragleave", (event) => screen.contains(event.relatedTarget) || screen.classList.remove("dropping"));
    screen.addEventListener("drop", (event) => {
      event.preventDefault();
      screen.classList.remove("dropping");
      [...event.dataTransfer.files].forEach((file) => sendPhoto(phone, file));
    });
  });
}

function tool(name, drawing, clicked) {
  return el("button", { class: "tool", type: "button", on: { click: clicked } }, icon(drawing), name);
}

function tools(phone) {
  const chooser = el("input", { type: "file", accept: "image/*", class: "unseen", tabindex: -1, "aria-hidden": "true" });
  chooser.addEventListener("change", async () => {
    await sendPhoto(phone, chooser.files[0]);
    chooser.value = "";
  });
  const sample = (mended) => async () => phone.act("image", await samplePhoto(mended));
  const more = el("button", { class: "tool more-tools", type: "button", "aria-label": "更多可以发的", title: "更多" }, icon("plus"));
  const panel = el("div", { class: "panel more-panel" }, ...others(phone, sample(true)));
  disclose(more, panel);
  return el(
    "div",
    { class: "tools" },
    tool("照片", "photo", () => chooser.click()),
    tool("示例照片", "sample", sample(false)),
    chooser,
    more,
    panel,
  );
}

function others(phone, sendMended) {
  const entry = (name, drawing, clicked) =>
    el("button", { type: "button", data: { closes: "" }, on: { click: clicked } }, icon(drawing), name);
  const mended = entry("示例照片：修好的灯", "mended", sendMended);
  if (isDingtalk(phone)) return [mended, entry("文件", "file", () => sendFile(phone)), entry("一段语音", "voice", () => speak(phone))];
  return [
    mended,
    entry("位置", "place", () => sendPlace(phone)),
    entry("一段语音", "voice", () => phone.act("voice")),
    entry("链接", "link", () => sendLink(phone)),
  ];
}

/** Asks for a few values in a small window; null when it was put away. */
function askFor(title, fields) {
  const inputs = fields.map((field) => el("input", { required: true, ...field.input, name: field.key, value: field.value }));
  const rows = fields.map((field, index) => el("label", {}, el("span", { text: field.label }), inputs[index]));
  const cancel = el("button", { type: "button", class: "plain", text: "取消" });
  const buttons = el("div", { class: "window-buttons" }, cancel, el("button", { type: "submit", class: "main", text: "发送" }));
  const form = el("form", { method: "dialog" }, el("h2", { text: title }), ...rows, buttons);
  const window = el("dialog", { class: "window", "aria-label": title }, form);
  cancel.addEventListener("click", () => window.close("cancel"));
  document.body.append(window);
  window.showModal();
  return new Promise((done) => {
    let filled = null;
    form.addEventListener("submit", () => {
      filled = Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()]));
    });
    window.addEventListener("close", () => {
      window.remove();
      done(filled);
    });
  });
}

function sendFile(phone) {
  const chooser = el("input", { type: "file" });
  chooser.addEventListener("change", () => chooser.files[0] && phone.act("file", chooser.files[0]));
  chooser.click();
}

/** DingTalk sends along what it understood of a voice. */
async function speak(phone) {
  const heard = await askFor("发一段语音", [{ key: "text", label: "钉钉听成的文字", value: "三教201的灯不亮了", input: { maxlength: 200 } }]);
  if (heard) await phone.act("voice", heard);
}

async function sendPlace(phone) {
  const number = { type: "number", step: "any" };
  const place = await askFor("发送位置", [
    { key: "label", label: "地点", value: "东区 3 号楼", input: { maxlength: 60 } },
    { key: "latitude", label: "纬度", value: "30.2636", input: { ...number, min: -90, max: 90 } },
    { key: "longitude", label: "经度", value: "120.1210", input: { ...number, min: -180, max: 180 } },
  ]);
  if (place) await phone.act("location", { ...place, latitude: Number(place.latitude), longitude: Number(place.longitude) });
}

async function sendLink(phone) {
  const link = await askFor("发送链接", [
    { key: "title", label: "标题", value: "后勤服务指南", input: { maxlength: 60 } },
    { key: "url", label: "网址", value: "https://example.edu.cn/guide", input: { type: "url" } },
  ]);
  if (link) await phone.act("link", link);
}

function drawMenu(bar, phone) {
  const first = isDingtalk(phone) ? [] : (phone.shared.menu()?.button ?? []);
  bar.hidden = first.length === 0;
  bar.replaceChildren(...first.map((button) => (button.sub_button?.length ? opening(button, phone) : leading(button, phone))));
}

function opening(button, phone) {
  const opener = el("button", { type: "button" }, icon("menu"), button.name);
  const panel = el("div", { class: "panel menu-panel" }, ...button.sub_button.map((below) => leading(below, phone)));
  disclose(opener, panel);
  return el("div", { class: "menu-item" }, opener, panel);
}

/** A menu entry that does something: opens its page, or tells the app which key was pressed. */
function leading(button, phone) {
  const press = () => {
    const url = button.type === "view" && safeUrl(button.url);
    if (url) window.open(url, "_blank", "noopener,noreferrer");
    phone.act("menu", { key: button.key || button.url || button.pagepath });
  };
  return el("div", { class: "menu-item" }, el("button", { type: "button", text: button.name, data: { closes: "" }, on: { click: press } }));
}
