// Runs the core beside the page, so that typing never waits for it.

import type { FromWorker, ToWorker } from "./protocol.ts";

interface Exports {
  memory: WebAssembly.Memory;
  start(): void;
  question(length: number): number;
  answer(): number;
  panicked(): number;
  place(): number;
}

// Not instantiateStreaming: plain file servers may not know the type of the file.
async function load(): Promise<Exports> {
  const response = await fetch("gkc.wasm");
  if (!response.ok) throw new Error(`gkc.wasm: ${response.status} ${response.statusText}`);
  const module = await WebAssembly.compile(await response.arrayBuffer());
  const instance = await WebAssembly.instantiate(module, imports(module, () => core.memory));
  const core = instance.exports as unknown as Exports;
  core.start();
  return core;
}

/**
 * A dependency of the core's can draw seeds of hash maps through wasm-bindgen, whose names end in a hash. Nothing that the core says
 * depends on the seeds, so they are the same each time. The other imports of wasm-bindgen's drop what it would otherwise have made.
 */
function imports(module: WebAssembly.Module, memory: () => WebAssembly.Memory): WebAssembly.Imports {
  const out: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const fill = (place: number, length: number) => void new Uint8Array(memory().buffer, place, length).fill(1);
    (out[from] ??= {})[name] = name.startsWith("__wbg_getRandomValues_") ? fill : () => 0;
  }
  return out;
}

function read(core: Exports, length: number): string {
  return new TextDecoder().decode(new Uint8Array(core.memory.buffer, core.place(), length));
}

function answer(core: Exports, { id, question }: ToWorker): FromWorker {
  const began = performance.now();
  try {
    const bytes = new TextEncoder().encode(JSON.stringify(question));
    const place = core.question(bytes.length);
    new Uint8Array(core.memory.buffer).set(bytes, place);
    const answer: unknown = JSON.parse(read(core, core.answer()));
    return { id, answer, milliseconds: performance.now() - began };
  } catch (error) {
    return { id, trap: reason(core) || String(error) };
  }
}

/** What the core said before it trapped. Where even that fails, nothing. */
function reason(core: Exports): string {
  try {
    return read(core, core.panicked());
  } catch {
    return "";
  }
}

const loaded = load();
addEventListener("message", (event: MessageEvent<ToWorker>) => {
  const { id } = event.data;
  loaded.then(
    (core) => postMessage(answer(core, event.data)),
    (error: unknown) => postMessage({ id, trap: String(error) } satisfies FromWorker),
  );
});
