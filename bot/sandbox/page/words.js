// Words as WeCom shows them: text with links, text cards, and its small Markdown. Tags it does not know stay visible as text.

import { anchor, el } from "./element.js";

const LINK = /<a\s+href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))[^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；、）】]+)/gi;

/** A text message: `<a href>` and bare web addresses become links; line breaks are kept by the style sheet. */
export function text(source) {
  const whole = document.createDocumentFragment();
  let end = 0;
  for (const found of source.matchAll(LINK)) {
    whole.append(source.slice(end, found.index));
    const [all, double, single, bare, label, address] = found;
    whole.append(anchor(address ?? double ?? single ?? bare, "link", label ?? address));
    end = found.index + all.length;
  }
  whole.append(source.slice(end));
  return whole;
}

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": " ", "&amp;": "&" };
const plain = (source) => source.replace(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => ENTITIES[entity]);

const PART = /<br\s*\/?>|<div(?:\s+class\s*=\s*["']?(gray|normal|highlight)["']?)?\s*>|<\/div>/gi;

/** The description of a textcard: `<br>` and `<div class="gray|normal|highlight">`. */
export function description(source) {
  const blocks = [];
  let tone = "normal";
  let end = 0;
  const take = (piece) => piece.trim() && blocks.push(el("p", { class: `tone-${tone}`, text: plain(piece.trim()) }));
  for (const found of source.matchAll(PART)) {
    take(source.slice(end, found.index));
    if (/^<div/i.test(found[0])) tone = (found[1] ?? "normal").toLowerCase();
    else if (/^<\/div/i.test(found[0])) tone = "normal";
    end = found.index + found[0].length;
  }
  take(source.slice(end));
  return blocks;
}

const INLINE =
  /\*\*(.+?)\*\*|\[([^\]]+)\]\(([^)\s]+)\)|`([^`]+)`|<font\s+color\s*=\s*["']?(info|comment|warning)["']?\s*>(.*?)<\/font>/gi;

function inline(source) {
  const pieces = [];
  let end = 0;
  for (const found of source.matchAll(INLINE)) {
    pieces.push(source.slice(end, found.index));
    const [all, bold, label, address, code, tone, toned] = found;
    if (bold) pieces.push(el("strong", {}, ...inline(bold)));
    else if (label) pieces.push(anchor(address, "link", label));
    else if (code) pieces.push(el("code", { text: code }));
    else pieces.push(el("span", { class: `font-${tone.toLowerCase()}` }, ...inline(toned)));
    end = found.index + all.length;
  }
  return [...pieces, source.slice(end)];
}

/** WeCom's Markdown: headings, quotes, bold, links, inline code and three colours; nothing else. */
export function markdown(source) {
  return source.split("\n").map((line) => {
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (heading) return el("p", { class: `heading heading-${heading[1].length}` }, ...inline(heading[2]));
    if (line.startsWith(">")) return el("blockquote", {}, ...inline(line.replace(/^>\s?/, "")));
    return el("p", {}, ...(line ? inline(line) : ["\u00a0"]));
  });
}
