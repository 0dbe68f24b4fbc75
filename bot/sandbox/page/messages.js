// Every kind of message but template cards: what stands in its bubble.

import { templateCard } from "./cards.js";
import { dingtalkAction, dingtalkCard } from "./dingtalk.js";
import { anchor, el, icon } from "./element.js";
import { enlarge, picture } from "./pictures.js";
import { mediaUrl } from "./server.js";
import { description, markdown, text } from "./words.js";

const DRAWN = {
  text: (item) => bubble("words", text(item.content.content ?? "")),
  image: (item) => image(item.content.media_id),
  voice: (item, holder) => voice(item.content, holder),
  video: (item) => video(item.content),
  file: (item) => file(item.content),
  location: (item) => place(item.content),
  link: (item) => linked(item.content),
  textcard: (item) => textcard(item.content),
  news: (item) => news(item.content.articles ?? [], (article) => article.picurl),
  mpnews: (item) => news(item.content.articles ?? [], (article) => mediaUrl(article.thumb_media_id)),
  markdown: (item) => bubble("words markdown", ...markdown(item.content.content ?? "")),
  miniprogram_notice: (item, holder) => miniProgram(item.content, holder),
  template_card: templateCard,
  dingtalk_card: dingtalkCard,
  dingtalk_action: dingtalkAction,
};

const SHORT = {
  image: "[图片]", voice: "[语音]", video: "[视频]", file: "[文件]", location: "[位置]",
  link: "[链接]", news: "[图文]", mpnews: "[图文]", markdown: "[消息]", miniprogram_notice: "[小程序通知]",
};

/** The inside of a message; a kind nobody has taught us is named rather than dropped. */
export function drawn(item, holder) {
  const draw = DRAWN[item.kind];
  try {
    return draw ? draw(item, holder) : bubble("words odd", `[${item.kind}]`);
  } catch (error) {
    console.error(error);
    return bubble("words odd", `[${item.kind}：内容不完整]`);
  }
}

/** One line for readers of the screen and for the tab: what just came. */
export function inShort(item) {
  const { content } = item;
  if (item.recalled) return "撤回了一条消息";
  if (item.kind === "text") return content.content ?? "";
  if (item.kind === "textcard") return content.title ?? "[消息]";
  if (item.kind === "template_card") return content.main_title?.title || content.sub_title_text || "[卡片]";
  if (item.kind.startsWith("dingtalk_")) return content.title ?? "[卡片]";
  return SHORT[item.kind] ?? "[消息]";
}

function bubble(className, ...inside) {
  return el("div", { class: `bubble ${className}` }, ...inside);
}

function image(id) {
  const shown = picture(mediaUrl(id), "图片", "photo");
  const look = () => {
    if (!shown.classList.contains("missing")) enlarge(el("img", { src: mediaUrl(id), alt: "放大的图片" }), "图片");
  };
  return el("button", { class: "photo-button", type: "button", "aria-label": "放大图片", on: { click: look } }, shown);
}

function voice(content, holder) {
  const seconds = Math.max(1, Math.round(Number(content.seconds ?? content.duration) || 3));
  const play = () => {
    const sound = new Audio(mediaUrl(content.media_id));
    sound.play().catch(() => holder.hint("这段语音在浏览器里放不出来"));
  };
  const label = `播放语音，${seconds} 秒`;
  const sound = el("button", { class: "bubble voice", type: "button", "aria-label": label, on: { click: play } }, icon("wave"), `${seconds}″`);
  return content.words ? el("div", {}, sound, el("p", { class: "heard", text: content.words })) : sound;
}

function video(content) {
  const play = () => {
    const clip = el("video", { src: mediaUrl(content.media_id), controls: true, autoplay: true });
    enlarge(clip, content.title || "视频");
  };
  const frame = el("button", { class: "video", type: "button", "aria-label": "播放视频", on: { click: play } }, icon("play"));
  return el("div", { class: "sheet" }, frame, content.title && el("strong", { text: content.title }), content.description && el("p", { text: content.description }));
}

function file(content) {
  const name = content.name || content.filename || content.title || "文件";
  const kind = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toUpperCase() ?? "";
  const mark = el("span", { class: "file-mark" }, kind ? el("b", { text: kind }) : icon("file"));
  return anchor(mediaUrl(content.media_id), "sheet file", el("span", { class: "file-name", text: name }), mark);
}

function place(content) {
  const label = content.label || "位置";
  const where = `${Number(content.latitude).toFixed(4)}, ${Number(content.longitude).toFixed(4)}`;
  const words = el("div", { class: "place-words" }, el("strong", { text: label }), el("span", { text: where }));
  return el("div", { class: "sheet place" }, words, el("div", { class: "map", "aria-hidden": "true" }, icon("place")));
}

function linked(content) {
  const words = el("span", { class: "linked-words" }, el("strong", { text: content.title || content.url }), el("span", { text: content.description || content.url || "" }));
  return anchor(content.url, "sheet linked", words, el("span", { class: "link-mark" }, icon("link")));
}

function textcard(content) {
  return el(
    "div",
    { class: "card textcard" },
    el("div", { class: "card-title" }, el("h3", { text: content.title ?? "" })),
    el("div", { class: "textcard-words" }, ...description(content.description ?? "")),
    anchor(content.url, "card-jump card-whole-row", el("span", { text: content.btntxt || "详情" }), icon("next")),
  );
}

function news(articles, pictureOf) {
  const whole = el("div", { class: "card news" });
  articles.forEach((article, index) => {
    const lead = index === 0;
    const shown = picture(pictureOf(article), lead ? article.title : "图", lead ? "news-lead" : "news-thumb");
    const words = el("span", { class: "news-words" }, el("strong", { text: article.title ?? "" }));
    const more = article.description ?? article.digest;
    if (lead && articles.length === 1 && more) words.append(el("span", { text: more }));
    whole.append(anchor(article.url ?? article.content_source_url, lead ? "news-first" : "news-other", shown, words));
  });
  return whole;
}

function miniProgram(content, holder) {
  const list = el("dl", { class: "card-lines" });
  for (const line of content.content_item ?? []) list.append(el("dt", { text: line.key }), el("dd", { text: line.value }));
  const tell = () => holder.hint("小程序只能在企业微信里打开");
  return el(
    "div",
    { class: `card${content.emphasis_first_item ? " first-large" : ""}` },
    el("div", { class: "card-title" }, el("h3", { text: content.title ?? "" }), content.description && el("p", { text: content.description })),
    list,
    el("button", { class: "card-jump", type: "button", on: { click: tell } }, el("span", { text: "进入小程序" }), icon("next")),
  );
}
