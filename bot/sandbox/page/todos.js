// DingTalk's to-do list of one person: a button with how many are open, and the list it opens.

import * as clock from "./clock.js";
import { anchor, disclose, el } from "./element.js";
import { Refused, server } from "./server.js";

const LOOKING = 4000;

/** The button and its panel. Nobody tells the page that a list has changed, so it looks, as long as the phone is out. */
export function todoList(person) {
  const count = el("span", { class: "todo-count", hidden: true });
  const button = el("button", { class: "todo-button", type: "button", "aria-label": `${person.name}的钉钉待办` }, "待办", count);
  const list = el("ul", { class: "todo-list" });
  const panel = el("div", { class: "panel todo-panel", role: "group", "aria-label": `${person.name}的钉钉待办` }, list);
  disclose(button, panel);
  let before = null;

  async function look() {
    if (document.hidden || !button.isConnected) return;
    try {
      const { todos } = await server.todos(person.userid);
      const signature = JSON.stringify(todos);
      if (signature !== before) draw(todos);
      before = signature;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  function draw(todos) {
    const open = todos.filter((todo) => !todo.done);
    count.textContent = open.length;
    count.hidden = open.length === 0;
    list.replaceChildren(...(todos.length ? todos.map(line) : [el("li", { class: "nobody", text: "没有待办" })]));
  }

  button.addEventListener("click", look);
  const looking = setInterval(() => (button.isConnected || before === null ? look() : clearInterval(looking)), LOOKING);
  setTimeout(look, 300);
  return [button, panel];
}

function line(todo) {
  const until = todo.done ? "已完成" : todo.due ? `${clock.said(Date.parse(todo.due))} 前` : "没有期限";
  return el("li", { class: todo.done ? "todo done" : "todo" }, anchor(todo.url, "todo-link", el("strong", { text: todo.subject }), el("span", { text: until })));
}
