// Template cards, drawn as WeCom draws them; the platform's page on them is developer.work.weixin.qq.com/document/path/90236.

import { anchor, disclose, el, icon, safeUrl } from "./element.js";
import { picture } from "./pictures.js";
import { mediaUrl } from "./server.js";

const JUMP = 1;
const FILE = 2;
const MEMBER = 3;
const MINI_PROGRAM = 2;

/**
 * A card as one person sees it. `holder` is their phone: `choices(card)` remembers what is selected before it is sent,
 * `tap(key, selected)` and `tapMenu(key)` resolve when the server has answered, `hint(text)` says why nothing happens.
 */
export function templateCard(item, holder) {
  const card = item.content;
  const state = { live: item.card?.live !== false, chosen: item.card?.chosen ?? null };
  state.replaced = item.card?.replaced_text || card.replace_text || "";
  if (state.replaced) state.live = false;
  if (state.live) state.chosen = null;
  const body = el("div", { class: `card card-${card.card_type}${state.live ? "" : " frozen"}` });
  const sections = [source, mainPicture, title, emphasis, quote, pictureAndWords, subTitle, verticals, horizontals];
  body.append(...sections.flatMap((section) => section(card, holder) ?? []));
  if (card.card_type === "vote_interaction") body.append(...vote(card, state, holder));
  else if (card.card_type === "multiple_interaction") body.append(...selects(card, state, holder));
  else if (card.card_type === "button_interaction") body.append(...buttons(card, state, holder));
  body.append(...jumps(card, holder));
  return body;
}

function source(card, holder) {
  const from = card.source;
  const menu = card.action_menu;
  if (!from?.desc && !menu) return null;
  const row = el("div", { class: "card-source" });
  if (from?.desc) {
    row.append(el("img", { src: "/static/icon.svg", alt: "", width: 16, height: 16 }));
    row.append(el("span", { class: `desc-color-${from.desc_color ?? 0}`, text: from.desc }));
  }
  if (menu) row.append(...actionMenu(menu, holder));
  return row;
}

function actionMenu(menu, holder) {
  const button = el("button", { class: "card-more", type: "button", "aria-label": menu.desc || "更多操作" }, icon("more"));
  const panel = el("div", { class: "panel card-actions" }, menu.desc && el("p", { class: "panel-title", text: menu.desc }));
  for (const action of menu.action_list ?? []) {
    const act = () => holder.tapMenu(action.key);
    panel.append(el("button", { type: "button", text: action.text, data: { closes: "" }, on: { click: act } }));
  }
  disclose(button, panel);
  return [button, panel];
}

function mainPicture(card) {
  if (!card.card_image?.url) return null;
  const frame = picture(card.card_image.url, card.main_title?.title ?? "图片", "card-image");
  frame.style.aspectRatio = String(Math.min(2.25, Math.max(1.3, Number(card.card_image.aspect_ratio) || 1.3)));
  return frame;
}

function title(card, holder) {
  const { title: head, desc } = card.main_title ?? {};
  const go = target(card.card_action, holder, "card-whole", "查看详情");
  if (!head && !desc) return go;
  return el(
    "div",
    { class: "card-title" },
    head && el("h3", { text: head }),
    desc && el("p", { text: desc }),
    go,
  );
}

/** What leads elsewhere: a web address becomes a link, a mini-program a hint that it cannot open here. */
function target(action, holder, className, ...inside) {
  if (action?.type === JUMP && safeUrl(action.url)) return anchor(action.url, className, ...inside);
  if (action?.type !== MINI_PROGRAM) return null;
  const tell = () => holder.hint("小程序只能在企业微信里打开");
  return el("button", { class: className, type: "button", on: { click: tell } }, ...inside);
}

function emphasis(card) {
  const { title: figure, desc } = card.emphasis_content ?? {};
  if (!figure && !desc) return null;
  return el("div", { class: "card-emphasis" }, el("strong", { text: figure ?? "" }), desc && el("span", { text: desc }));
}

function quote(card, holder) {
  const area = card.quote_area;
  if (!area?.title && !area?.quote_text) return null;
  const words = [area.title && el("strong", { text: area.title }), area.quote_text && el("span", { text: area.quote_text })];
  return target(area, holder, "card-quote", ...words) ?? el("div", { class: "card-quote" }, ...words);
}

function pictureAndWords(card, holder) {
  const area = card.image_text_area;
  if (!area) return null;
  const words = el("span", { class: "card-beside" }, el("strong", { text: area.title ?? "" }), el("span", { text: area.desc ?? "" }));
  const inside = [picture(area.image_url, area.title || "图片", "card-thumb"), words];
  return target(area, holder, "card-image-text", ...inside) ?? el("div", { class: "card-image-text" }, ...inside);
}

function subTitle(card) {
  return card.sub_title_text ? el("p", { class: "card-sub", text: card.sub_title_text }) : null;
}

function verticals(card) {
  return (card.vertical_content_list ?? []).map((line) =>
    el("div", { class: "card-vertical" }, el("strong", { text: line.title }), line.desc && el("p", { text: line.desc })),
  );
}

function horizontals(card, holder) {
  if (!card.horizontal_content_list?.length) return null;
  const list = el("dl", { class: "card-lines" });
  for (const line of card.horizontal_content_list) {
    list.append(el("dt", { text: line.keyname }), el("dd", {}, lineValue(line, holder)));
  }
  return list;
}

function lineValue(line, holder) {
  const value = line.value ?? "";
  if (line.type === JUMP) return anchor(line.url, "link", value || "查看");
  if (line.type === FILE) return anchor(mediaUrl(line.media_id), "link", value || "附件");
  if (line.type !== MEMBER) return value;
  const name = value || holder.nameOf(line.userid);
  return el("button", { class: "link", type: "button", text: name, on: { click: () => holder.hint(`${name}（${line.userid}）`) } });
}

function jumps(card, holder) {
  return (card.jump_list ?? []).map((jump) => {
    const inside = [el("span", { text: jump.title }), icon("next")];
    return target(jump, holder, "card-jump", ...inside) ?? el("div", { class: "card-jump" }, inside[0]);
  });
}

/** Remembers what is chosen for one question: kept while the card is redrawn, first option when the server names none. */
function chosenFor(card, question, holder, first) {
  const kept = holder.choices(card);
  if (!kept.has(question)) kept.set(question, first);
  return { read: () => kept.get(question), write: (ids) => kept.set(question, ids) };
}

function dropdown(card, area, state, holder) {
  const options = area.option_list ?? [];
  const known = options.some((option) => option.id === area.selected_id);
  const first = known ? area.selected_id : options[0]?.id;
  const chosen = chosenFor(card, area.question_key, holder, first === undefined ? [] : [first]);
  const select = el("select", { disabled: !state.live || area.disable === true, "aria-label": area.title || "请选择" });
  for (const option of options) {
    select.append(el("option", { value: option.id, selected: option.id === chosen.read()[0], text: option.text }));
  }
  select.addEventListener("change", () => chosen.write([select.value]));
  return el("label", { class: "card-select" }, el("span", { text: area.title || "请选择" }), el("span", {}, select, icon("down")));
}

function everything(card, holder) {
  const kept = holder.choices(card);
  return kept.size ? Object.fromEntries(kept) : undefined;
}

/** One button; while the server thinks it turns, and a card that is settled says so instead of doing nothing. */
export function act(card, { text, key, style, wide }, state, holder) {
  const classes = `card-button style-${style || 1}${wide ? " wide" : ""}${state.chosen === key && key ? " chosen" : ""}`;
  const button = el("button", { class: classes, type: "button", "aria-disabled": state.live ? null : "true" }, el("span", { text }));
  if (state.chosen === key && key) button.prepend(icon("check"));
  button.addEventListener("click", async () => {
    const whole = button.closest(".card");
    if (!state.live) holder.hint("这张卡片已经处理过了", whole);
    if (!state.live || whole.classList.contains("busy")) return;
    if (unanswered(card, holder)) return void holder.hint("请先选一项", whole);
    whole.classList.add("busy");
    button.classList.add("turning");
    await holder.tap(key, everything(card, holder));
    whole.classList.remove("busy");
    button.classList.remove("turning");
  });
  return button;
}

function unanswered(card, holder) {
  const question = card.checkbox?.question_key;
  return question && !holder.choices(card).get(question)?.length;
}

export function settled(text, holder) {
  const tell = (event) => holder.hint("这张卡片已经处理过了", event.currentTarget.closest(".card"));
  const button = el("button", { class: "card-button replaced wide", type: "button", "aria-disabled": "true", text, on: { click: tell } });
  return el("div", { class: "card-buttons" }, button);
}

function buttons(card, state, holder) {
  const parts = [];
  if (card.button_selection) parts.push(dropdown(card, card.button_selection, state, holder));
  if (state.replaced) return [...parts, settled(state.replaced, holder)];
  const list = card.button_list ?? [];
  const row = el("div", { class: `card-buttons${inOneRow(list) ? " one-row" : ""}` });
  for (const button of list) {
    const shown = { ...button, wide: [...(button.text ?? "")].length > 6 };
    if (button.type === JUMP) row.append(anchor(button.url, `card-button style-${button.style || 1}`, button.text));
    else row.append(act(card, shown, state, holder));
  }
  return list.length ? [...parts, row] : parts;
}

export function inOneRow(list) {
  return list.length <= 3 && list.every((button) => [...(button.text ?? "")].length <= 4);
}

function submit(card, state, holder) {
  if (state.replaced) return settled(state.replaced, holder);
  if (!card.submit_button) return "";
  const { text, key } = card.submit_button;
  return el("div", { class: "card-buttons" }, act(card, { text, key, style: 1, wide: true }, state, holder));
}

function vote(card, state, holder) {
  const box = card.checkbox ?? { option_list: [] };
  const several = box.mode === 1;
  const ticked = box.option_list.filter((option) => option.is_checked).map((option) => option.id);
  const chosen = chosenFor(card, box.question_key, holder, several ? ticked : ticked.slice(0, 1));
  const group = el("fieldset", { class: "card-vote", disabled: !state.live || box.disable === true });
  group.append(el("legend", { class: "unseen", text: several ? "可以选几项" : "选一项" }));
  const name = `vote-${Math.random().toString(36).slice(2)}`;
  for (const option of box.option_list) {
    const kind = several ? "checkbox" : "radio";
    const checked = chosen.read().includes(option.id);
    const input = el("input", { type: kind, name, value: option.id, checked });
    group.append(el("label", {}, input, el("span", { text: option.text })));
  }
  group.addEventListener("change", () => chosen.write([...group.querySelectorAll(":checked")].map((input) => input.value)));
  return [group, submit(card, state, holder)];
}

function selects(card, state, holder) {
  return [...(card.select_list ?? []).map((area) => dropdown(card, area, state, holder)), submit(card, state, holder)];
}
