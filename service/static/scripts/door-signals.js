// What one hears and feels: three answers told apart without looking.

const TONES = {
  admitted: [[880, 0, 0.11], [1320, 0.12, 0.2]], // up
  already: [[620, 0, 0.14], [620, 0.22, 0.14]], // twice the same
  refused: [[220, 0, 0.5], [165, 0, 0.5]], // deep and long
};
const SHAKES = { admitted: [80], already: [90, 80, 90], refused: [450] };
let audio = null;

// browsers allow sound only after a tap
export function wake() {
  audio ??= window.AudioContext ? new AudioContext() : null;
  audio?.resume?.();
}

export function signal(kind) {
  navigator.vibrate?.(SHAKES[kind]);
  if (!audio || audio.state !== "running") return;
  for (const [pitch, after, length] of TONES[kind]) {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    const start = audio.currentTime + after;
    tone.type = kind === "refused" ? "sawtooth" : "sine";
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.35, start);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + length);
    tone.connect(loudness).connect(audio.destination);
    tone.start(start);
    tone.stop(start + length);
  }
}
