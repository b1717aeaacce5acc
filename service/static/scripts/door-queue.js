// Scans that the server has not answered yet. Kept in the browser's storage, so that a reload loses none; each keeps
// its id, so that sending it twice is one scan.

const KEEP = "qonaq.door.";

function read(key, otherwise) {
  try { return JSON.parse(localStorage.getItem(KEEP + key)) ?? otherwise; } catch { return otherwise; }
}

function write(key, value) {
  try { localStorage.setItem(KEEP + key, JSON.stringify(value)); } catch { /* private mode: memory must do */ }
}

// UUID version 7 (RFC 9562): 48 bits of milliseconds, the rest random
export function uuid7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = Date.now();
  for (let i = 5; i >= 0; i--) { bytes[i] = time % 256; time = Math.floor(time / 256); }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// the device's wall time with its offset (RFC 3339)
export function deviceTime(now = new Date()) {
  const ahead = -now.getTimezoneOffset();
  const two = (number) => String(number).padStart(2, "0");
  const wall = new Date(now.getTime() + ahead * 60000).toISOString().slice(0, 23);
  return `${wall}${ahead < 0 ? "-" : "+"}${two(Math.floor(Math.abs(ahead) / 60))}:${two(Math.abs(ahead) % 60)}`;
}

// the id of this browser at this event: made once; `hello` tells the server
export function deviceId(slug, hello) {
  let id = read(`device.${slug}`, "");
  if (!id) { id = uuid7(); write(`device.${slug}`, id); hello(id); }
  return id;
}

export class Queue {
  // `answered(scan, said)`, `refused(title, scan)`, `stuck(state, waiting)` with state "" | "offline" | "login"
  constructor({ slug, point, answered, refused, stuck }) {
    Object.assign(this, { slug, point, answered, refused, stuck, sending: false, pause: 500 });
    this.key = `queue.${slug}.${point}`;
    this.waiting = read(this.key, []);
    this.seq = read(`seq.${slug}`, 0);
    this.device = deviceId(slug, (id) => this.hello(id));
    addEventListener("online", () => this.send());
    addEventListener("beforeunload", (event) => { if (this.waiting.length) event.preventDefault(); });
    if (this.waiting.length) this.send();
  }

  hello(id) {
    const name = navigator.userAgentData?.platform || navigator.platform || "";
    this.post(`/door/${this.slug}/devices`, { device_id: id, name }).catch(() => {});
  }

  add(what) {
    this.seq += 1;
    write(`seq.${this.slug}`, this.seq);
    this.waiting.push({
      scan_id: uuid7(), point_id: this.point, device_id: this.device, device_time: deviceTime(), seq: this.seq, ...what,
    });
    this.keep();
    this.send();
  }

  keep() { write(this.key, this.waiting); }

  post(address, body) {
    return fetch(address, {
      method: "POST", body: JSON.stringify(body), signal: AbortSignal.timeout(8000),
      headers: { "content-type": "application/json", accept: "application/json" },
    });
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    let state = "";
    while (this.waiting.length && !state) state = await this.sendFirst();
    this.sending = false;
    this.stuck(state, this.waiting.length);
    if (!state) { this.pause = 500; return; }
    this.pause = Math.min(this.pause * 2, 8000);
    this.timer = setTimeout(() => this.send(), this.pause);
  }

  // in order: what is first stays first until it is answered
  async sendFirst() {
    const scan = this.waiting[0];
    let response;
    let said;
    try {
      response = await this.post(`/door/${this.slug}/scan`, scan);
      if (response.status === 401) return "login";
      if (response.status >= 500 || response.status === 429) return "offline";
      said = await response.json();
    } catch { return "offline"; }
    this.waiting.shift();
    this.keep();
    if (response.ok) this.answered(scan, said); else this.refused(said.title, scan);
    return "";
  }
}
