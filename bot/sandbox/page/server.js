// The stand-in's own doors, as this page uses them.

/** What the stand-in, or the way to it, said instead of an answer; the message is fit to be shown. */
export class Refused extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

/** The status of an act that a person could not do in WeCom either: a dead button, an app he does not see. */
export const IMPOSSIBLE = 409;

async function ask(path, init) {
  let answer;
  try {
    answer = await fetch(`/sandbox/${path}`, init);
  } catch {
    throw new Refused("沙盒没有应答，它还在运行吗？");
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(`沙盒没有接受：${body.error || answer.status}`, answer.status);
  return body;
}

function post(path, body = {}) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

const DINGTALK = "dingtalk:";

/** Phones and files of DingTalk have names that begin so, and doors of their own. */
const door = (kind, id) => {
  const there = id.startsWith(DINGTALK);
  return `${there ? "dingtalk/" : ""}${kind}/${encodeURIComponent(there ? id.slice(DINGTALK.length) : id)}`;
};
const phone = (userid) => door("phones", userid);

export const server = {
  state: () => ask("state"),
  phone: (userid) => ask(phone(userid)),
  todos: (userid) => ask(`${phone(userid)}/todos`),
  act: (userid, what, body) => post(`${phone(userid)}/${what}`, body),
  upload: (userid, what, blob) => {
    const form = new FormData();
    form.append("file", blob, blob.name || "photo.jpg");
    return ask(`${phone(userid)}/${what}`, { method: "POST", body: form });
  },
  time: (move) => post("time", move),
  faults: (changed) => post("faults", changed),
  redeliver: () => post("redeliver"),
  control: (id) => post(`controls/${encodeURIComponent(id)}`),
};

export const mediaUrl = (id) => `/sandbox/${door("media", id ?? "")}`;

/** Follows what happens from `since` on; `lost` is called once when the line breaks, and nothing is retried here. */
export function follow(since, heard, lost) {
  const source = new EventSource(`/sandbox/events?since=${since}`);
  source.onmessage = (message) => heard(JSON.parse(message.data));
  source.onerror = () => {
    source.close();
    lost();
  };
  return () => source.close();
}
