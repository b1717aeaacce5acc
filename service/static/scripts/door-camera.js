// The camera and the reading of codes: the browser's own reader where there is one, else ours in WebAssembly.

const AGAIN = 3000; // ms a code must be out of sight before it counts as shown again

export class Camera {
  constructor({ video, wasm, found }) {
    Object.assign(this, { video, wasm, found, stream: null, last: "", seen: 0 });
  }

  static get allowed() { return isSecureContext && !!navigator.mediaDevices?.getUserMedia; }

  async reader() {
    if (!this.detector) this.detector = await makeReader(this.wasm);
    return this.detector;
  }

  // must be called from a tap: iOS asks for the camera only then
  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    this.video.srcObject = this.stream;
    await this.video.play();
    await this.reader();
    this.look();
  }

  stop() {
    clearTimeout(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  async look() {
    if (!this.stream) return;
    if (this.video.readyState >= 2 && !document.hidden) {
      try {
        const [code] = await (await this.reader()).detect(this.video);
        if (code) this.saw(code.rawValue);
      } catch { /* a frame that cannot be read: the next one will do */ }
    }
    this.timer = setTimeout(() => this.look(), 90);
  }

  // held still before the camera, a code counts once
  saw(text) {
    const now = Date.now();
    const again = text === this.last && now - this.seen < AGAIN;
    this.last = text;
    this.seen = now;
    if (!again && text) this.found(text);
  }

  async photo(file) {
    const picture = await createImageBitmap(file);
    const [code] = await (await this.reader()).detect(picture);
    picture.close();
    return code?.rawValue ?? "";
  }
}

async function makeReader(wasm) {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    return new BarcodeDetector({ formats: ["qr_code"] });
  }
  const ours = window.BarcodeDetectionAPI;
  ours.prepareZXingModule({ overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? wasm : prefix + path) } });
  return new ours.BarcodeDetector({ formats: ["qr_code"] });
}
