// Pictures: shown, enlarged, made small enough to send, and two drawn here so that a demo needs no camera.

import { el, icon } from "./element.js";

/** A picture by address; where it cannot be had (the page loads nothing from outside) a quiet placeholder stands in. */
export function picture(address, label, className) {
  const frame = el("span", { class: `picture ${className}` });
  const missing = () => {
    frame.classList.add("missing");
    frame.replaceChildren(icon("photo"), el("span", { text: label }));
  };
  let url = null;
  try {
    url = new URL(address ?? "", location.href);
  } catch {
    // Stays null: not an address at all.
  }
  const ours = url && address && (url.origin === location.origin || /^data:image\/(png|jpeg|gif|webp);/.test(url.href));
  if (ours) frame.append(el("img", { src: url.href, alt: label, on: { error: missing } }));
  else missing();
  return frame;
}

/** Shows something large over the page until it is clicked or Escape is pressed. */
export function enlarge(content, label) {
  const dialog = el("dialog", { class: "enlarged", "aria-label": label });
  const closing = el("button", { class: "round", type: "button", "aria-label": "关闭" }, icon("close"));
  dialog.append(content, closing);
  dialog.addEventListener("click", (event) => event.target.closest("video") || dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const LONGEST = 1920;
const HEAVY = 1_500_000;

function jpeg(canvas) {
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.86));
}

/** The photo as WeCom would send it: JPEG or PNG, not larger than needed. Rejects when it is no picture at all. */
export async function fit(file) {
  if (["image/jpeg", "image/png"].includes(file.type) && file.size <= HEAVY) return file;
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = el("canvas", {
    width: Math.max(1, Math.round(bitmap.width * scale)),
    height: Math.max(1, Math.round(bitmap.height * scale)),
  });
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return jpeg(canvas);
}

function fill(pen, colour, points) {
  pen.fillStyle = colour;
  pen.beginPath();
  points.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.closePath();
  pen.fill();
}

function corridor(pen, lit) {
  fill(pen, lit ? "#e9e4d6" : "#4a4f5a", [[0, 0], [800, 0], [800, 600], [0, 600]]);
  fill(pen, lit ? "#f6f2e7" : "#3d424d", [[0, 0], [800, 0], [540, 190], [260, 190]]);
  fill(pen, lit ? "#d8cfba" : "#343842", [[0, 0], [260, 190], [260, 430], [0, 600]]);
  fill(pen, lit ? "#cfc5ae" : "#2f333c", [[800, 0], [540, 190], [540, 430], [800, 600]]);
  fill(pen, lit ? "#b8aa8c" : "#262a32", [[0, 600], [260, 430], [540, 430], [800, 600]]);
  fill(pen, lit ? "#8f6b45" : "#3a3230", [[345, 250], [455, 250], [455, 430], [345, 430]]);
  fill(pen, lit ? "#7a7263" : "#1f2229", [[590, 240], [690, 214], [690, 500], [590, 452]]);
  fill(pen, lit ? "#dfe9ee" : "#414a58", [[90, 160], [190, 212], [190, 330], [90, 318]]);
}

function lamp(pen, lit) {
  pen.strokeStyle = lit ? "#6b6455" : "#14161b";
  pen.lineWidth = 7;
  pen.beginPath();
  pen.moveTo(400, 0);
  pen.lineTo(lit ? 400 : 408, 86);
  pen.stroke();
  pen.save();
  pen.translate(lit ? 400 : 408, 86);
  pen.rotate(lit ? 0 : 0.14);
  if (lit) {
    const glow = pen.createRadialGradient(0, 90, 10, 0, 90, 380);
    glow.addColorStop(0, "rgba(255, 243, 190, 0.95)");
    glow.addColorStop(1, "rgba(255, 243, 190, 0)");
    pen.fillStyle = glow;
    pen.fillRect(-420, -120, 840, 640);
  }
  pen.fillStyle = lit ? "#fffdf2" : "#596070";
  pen.beginPath();
  pen.arc(0, 74, 46, 0, Math.PI * 2);
  pen.fill();
  fill(pen, lit ? "#3c5d52" : "#20332d", [[-38, 0], [38, 0], [104, 78], [-104, 78]]);
  if (!lit) crack(pen);
  pen.restore();
}

function crack(pen) {
  pen.strokeStyle = "#c9d2e0";
  pen.lineWidth = 3;
  for (const line of [[[-22, 84], [-4, 96], [-12, 108], [8, 118]], [[-4, 96], [16, 90], [30, 100]]]) {
    pen.beginPath();
    line.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.stroke();
  }
}

function splinters(pen) {
  for (const [x, y] of [[318, 486], [362, 520], [431, 494], [470, 538], [402, 558]]) {
    fill(pen, "#8c97aa", [[x, y], [x + 19, y - 6], [x + 11, y + 8]]);
  }
}

/** A photo of a corridor's lamp, broken or mended, as JPEG. */
export function samplePhoto(mended) {
  const canvas = el("canvas", { width: 800, height: 600 });
  const pen = canvas.getContext("2d");
  corridor(pen, mended);
  lamp(pen, mended);
  if (!mended) splinters(pen);
  for (let speck = 0; speck < 2600; speck += 1) {
    pen.fillStyle = Math.random() < 0.5 ? "rgba(255,255,255,0.035)" : "rgba(0,0,0,0.05)";
    pen.fillRect(Math.random() * 800, Math.random() * 600, 3, 3);
  }
  return jpeg(canvas);
}
