// The core in its worker, as functions that promise answers.

import type { Ask, FromWorker, Questions, ToWorker } from "./protocol.ts";

/** What takes longer hangs, in milliseconds. The first answer waits for the download too. */
const PATIENCE = 30_000;

interface Waiting {
  ask: Ask;
  resolve(answer: unknown): void;
  reject(error: Crash): void;
  timer: number;
}

/** The worker was restarted, and knows nothing until the next analysis. */
export class Crash extends Error {}

export class Core {
  #worker = this.#start();
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();
  /** How long the last answer to each question took, in milliseconds. */
  readonly times: Partial<Record<Ask, number>> = {};

  ask<A extends Ask>(ask: A, parameters: Questions[A][0]): Promise<Questions[A][1]> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#restart(`no answer in ${PATIENCE / 1000} seconds`), PATIENCE);
      const done = (answer: unknown) => resolve(answer as Questions[A][1]);
      this.#waiting.set(id, { ask, resolve: done, reject, timer });
      this.#worker.postMessage({ id, question: { ask, ...parameters } } satisfies ToWorker);
    });
  }

  #start(): Worker {
    const worker = new Worker("worker.js");
    worker.addEventListener("message", (event: MessageEvent<FromWorker>) => this.#hear(event.data));
    worker.addEventListener("error", (event) => this.#restart(event.message));
    return worker;
  }

  #hear(message: FromWorker): void {
    if ("trap" in message) return this.#restart(message.trap);
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    this.#waiting.delete(message.id);
    clearTimeout(waiting.timer);
    this.times[waiting.ask] = message.milliseconds;
    waiting.resolve(message.answer);
  }

  #restart(reason: string): void {
    this.#worker.terminate();
    this.#worker = this.#start();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { timer, reject } of waiting) {
      clearTimeout(timer);
      reject(new Crash(reason));
    }
  }
}
