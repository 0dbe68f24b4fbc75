// The sandbox's time, in the campus's own zone whatever the zone of the browser.

const WEEKDAYS = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
const DAY = 86_400_000;

let shown = { at: Date.now(), taken: performance.now() };
let zone = 8 * 60;

const two = (number) => String(number).padStart(2, "0");

/** Takes the moment of an ISO text, in whatever zone it is told. */
export function set(iso) {
  const at = Date.parse(iso);
  if (!Number.isNaN(at)) shown = { at, taken: performance.now() };
}

/** Takes the campus's zone from an ISO text such as 2026-03-09T14:05:00+08:00. */
export function setZone(iso) {
  const offset = /([+-])(\d\d):?(\d\d)$/.exec(iso);
  if (offset) zone = (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]));
}

/** Milliseconds since 1970 by the sandbox's clock, which runs on between two reports. */
export const now = () => shown.at + (performance.now() - shown.taken);

/** A moment as the campus's wall shows it; read it with the UTC getters. */
const wall = (at) => new Date(at + zone * 60_000);
const dayOf = (at) => Math.floor(wall(at).getTime() / DAY);

export const time = (at) => `${two(wall(at).getUTCHours())}:${two(wall(at).getUTCMinutes())}`;
export const weekday = (at) => WEEKDAYS[wall(at).getUTCDay()];
export const date = (at) => `${wall(at).getUTCMonth() + 1}月${wall(at).getUTCDate()}日`;
export const year = (at) => wall(at).getUTCFullYear();

/** How a chat says when: only as much of the date as is needed. */
export function said(at) {
  const days = dayOf(now()) - dayOf(at);
  if (days === 0) return time(at);
  if (days === 1) return `昨天 ${time(at)}`;
  if (days > 1 && days < 7) return `${weekday(at)} ${time(at)}`;
  const thisYear = year(at) === year(now());
  return `${thisYear ? "" : `${year(at)}年`}${date(at)} ${time(at)}`;
}

/** Tomorrow at this hour, as ISO text in the campus's zone. */
export function tomorrow(hour) {
  const midnight = (dayOf(now()) + 1) * DAY;
  const text = new Date(midnight + hour * 3_600_000).toISOString().slice(0, 19);
  const size = Math.abs(zone);
  return `${text}${zone < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
