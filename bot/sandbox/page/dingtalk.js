// DingTalk's cards: those of our published template, drawn of its variables, and action cards, whose buttons say their words.

import { act, inOneRow, settled } from "./cards.js";
import { anchor, el, icon, safeUrl } from "./element.js";
import { markdown } from "./words.js";

const STYLES = { main: 1, danger: 3 };

/** A card as our template draws it: title, lines, words, buttons or how it ended, and the way to its page. */
export function dingtalkCard(item, holder) {
  const card = item.content;
  const live = !card.closing;
  const whole = el("div", { class: `card card-dingtalk${live ? "" : " frozen"}` });
  whole.append(el("div", { class: "card-title" }, el("h3", { text: card.title ?? "" })));
  whole.append(...words(card.body), ...lines(card.lines ?? []), ...words(card.more));
  const list = live ? (card.buttons ?? []) : [];
  if (list.length) whole.append(row(list, (one) => press(card, one, holder)));
  if (card.hint) whole.append(el("p", { class: "card-hint", text: card.hint }));
  if (!live) whole.append(settled(card.closing, holder));
  if (safeUrl(card.link)) whole.append(anchor(card.link, "card-jump", el("span", { text: card.link_label || "查看详情" }), icon("next")));
  return whole;
}

const words = (text) => (text ? [el("p", { class: "card-sub", text })] : []);

function lines(list) {
  if (!list.length) return [];
  return [el("dl", { class: "card-lines" }, list.flatMap((line) => [el("dt", { text: line.label }), el("dd", { text: line.value })]))];
}

function press(card, button, holder) {
  const wide = [...(button.text ?? "")].length > 6;
  return act(card, { text: button.text, key: button.key, style: STYLES[button.style] ?? 2, wide }, { live: true, chosen: null }, holder);
}

function row(list, draw) {
  return el("div", { class: `card-buttons${inOneRow(list) ? " one-row" : ""}` }, list.map(draw));
}

/** An action card: one who taps a button says its words, or is led to its page. */
export function dingtalkAction(item, holder) {
  const card = item.content;
  const draw = (one) => (one.url ? anchor(one.url, "card-button style-2", one.text) : press(card, one, holder));
  return el("div", { class: "card card-dingtalk" }, el("div", { class: "markdown card-markdown" }, markdown(card.text ?? "")), row(card.buttons ?? [], draw));
}
