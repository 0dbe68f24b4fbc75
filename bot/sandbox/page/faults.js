// The drawer of faults: what each does, in words, and a switch, a number or a choice for it.

import { el } from "./element.js";

const TIMES = { unit: "次" };
const WINDOWS = [["", "关"], ["minute", "一分钟"], ["hour", "一小时"], ["day", "到当天结束"]];

/** By what they disturb; `off` is the value that means nothing is wrong, `aside` marks what only shapes another fault. */
const GROUPS = [
  ["小办调用接口时", {
    busy: { ...TIMES, title: "系统繁忙", about: "接下来几次调用都回 -1" },
    crowded: { ...TIMES, title: "并发太高", about: "接下来几次调用都回 45033" },
    rate_limit: { title: "调用太频繁", about: "回 45009，时候到了自己恢复", choices: WINDOWS },
    invalid_token: { ...TIMES, title: "令牌不认", about: "接下来几次调用都回 40014" },
    expire_after: { ...TIMES, title: "令牌中途过期", about: "再调用这么多次后全部过期一次，-1 为关", off: -1 },
    wrong_secret: { title: "密钥不对", about: "取令牌一律回 40001，多问几次会被封" },
    app_inactive: { title: "应用被停用", about: "取令牌回 40001，其余回 50003" },
    foreign_ip: { title: "来源地址不可信", about: "除取令牌外一律回 60020" },
    unreachable: { title: "送不到的人", about: "填账号，逗号隔开，发消息时算无效" },
    html_500: { ...TIMES, title: "回一张错误页", about: "HTTP 500，什么也没做" },
    hang: { ...TIMES, title: "事办了，应答迟迟不来", about: "接下来几次调用" },
    hang_seconds: { unit: "秒", title: "迟多久", aside: true },
    cut: { ...TIMES, title: "事办了，应答断在半路", about: "接下来几次调用" },
    cut_before: { ...TIMES, title: "没办就断了", about: "接下来几次调用" },
    only: { title: "只影响这些接口", about: "路径开头，如 message/send；空着是全部", aside: true },
  }],
  ["把消息送给小办时", {
    duplicates: { ...TIMES, title: "重复送", about: "每条消息多送几次" },
    duplicates_together: { title: "重复的同时送", about: "不等前一次应答", aside: true },
    reorder: { ...TIMES, title: "顺序颠倒", about: "接下来几条，等同一人的下一条先到" },
    lose: { ...TIMES, title: "丢失", about: "接下来几条根本不送" },
  }],
];

const fields = new Map();

/** Shows them all; `change({name: value})` tells the server, whose values are shown again afterwards. */
export function showFaults(faults, change) {
  const drawer = document.getElementById("faults");
  const left = new Map(Object.entries(faults));
  showCount(left);
  const names = [...left.keys()].join();
  if (drawer.dataset.names === names) return showValues(faults);
  drawer.dataset.names = names;
  fields.clear();
  const blocks = GROUPS.flatMap(([heading, known]) => block(heading, known, left, change));
  const others = Object.fromEntries([...left.keys()].map((name) => [name, { title: name }]));
  drawer.replaceChildren(...blocks, ...block("其他", others, left, change));
  return showValues(faults);
}

/** Puts the server's values in, but never into the field somebody is writing in. */
function showValues(faults) {
  for (const [name, value] of Object.entries(faults)) {
    const input = fields.get(name);
    if (typeof value === "boolean") input.checked = value;
    else if (input !== document.activeElement) input.value = value;
  }
}

function showCount(faults) {
  const known = Object.assign({}, ...GROUPS.map(([, group]) => group));
  const isOn = ([name, value]) => !known[name]?.aside && value !== (known[name]?.off ?? { boolean: false, number: 0, string: "" }[typeof value]);
  const on = [...faults].filter(isOn).length;
  const count = document.getElementById("faults-count");
  count.textContent = on;
  count.hidden = on === 0;
}

function block(heading, known, left, change) {
  const rows = [];
  for (const [name, fault] of Object.entries(known)) {
    if (!left.has(name)) continue;
    rows.push(row(name, fault, left.get(name), change));
    left.delete(name);
  }
  return rows.length ? [el("h3", { text: heading }), ...rows] : [];
}

function row(name, fault, value, change) {
  const input = field(fault, value);
  fields.set(name, input);
  const read = { boolean: () => input.checked, number: () => Number(input.value), string: () => input.value.trim() }[typeof value];
  input.addEventListener("change", () => change({ [name]: read() }));
  const words = el("span", {}, el("strong", { text: fault.title }), fault.about && el("span", { text: fault.about }));
  return el("label", { class: "fault", title: name }, words, el("span", { class: "fault-value" }, input, fault.unit));
}

function field(fault, value) {
  if (fault.choices) {
    return el("select", {}, ...fault.choices.map(([id, text]) => el("option", { value: id, text })));
  }
  if (typeof value === "boolean") return el("input", { type: "checkbox", role: "switch", class: "switch" });
  if (typeof value === "number") return el("input", { type: "number", min: fault.off ?? 0, step: "any" });
  return el("input", { type: "text", autocomplete: "off", spellcheck: "false" });
}
