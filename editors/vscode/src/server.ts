// The life of the language server: finds it, starts it, restarts it, and says so when it cannot.

import { homedir } from "node:os";
import * as vscode from "vscode";
import { type ClientCapabilities, LanguageClient, State, type StaticFeature } from "vscode-languageclient/node";
import { INSTALL, findBinary, probe } from "./binary.ts";
import { SERVED } from "./documents.ts";
import type { Status } from "./status.ts";

/** Files that a configuration may name: the server reads them again when they change. */
const SURROUNDINGS = "**/*.{env,hujson,json,yaml,yml,pem,crt,cer,key,pub}";

export class Server implements vscode.Disposable {
  /** The client of the running server. */
  client: LanguageClient | undefined;
  readonly #status: Status;
  readonly #output = vscode.window.createOutputChannel("gkc", { log: true });
  readonly #watcher = vscode.workspace.createFileSystemWatcher(SURROUNDINGS);
  /** Starts and stops happen one after the other. */
  #queue: Promise<void> = Promise.resolve();
  #wanted = false;

  constructor(status: Status) {
    this.#status = status;
  }

  /** Starts the server, unless that was done before. */
  start(): void {
    if (!this.#wanted) void this.restart();
  }

  /** Starts the server anew, with the binary that is found now. */
  restart(): Promise<void> {
    this.#wanted = true;
    this.#queue = this.#queue.then(() => this.#stop()).then(() => this.#start());
    return this.#queue;
  }

  /** To be called when a setting changed. */
  configured(change: vscode.ConfigurationChangeEvent): void {
    if (this.#wanted && change.affectsConfiguration("gkc.path")) void this.restart();
  }

  async dispose(): Promise<void> {
    this.#wanted = false;
    await this.#queue;
    await this.#stop();
    this.#watcher.dispose();
    this.#output.dispose();
  }

  async #start(): Promise<void> {
    const setting = vscode.workspace.getConfiguration("gkc").get("path", "");
    const { platform, env } = process;
    const binary = findBinary(setting, { platform, env, home: homedir(), probe });
    if ("problem" in binary) {
      this.#status.failed(binary.problem);
      void offerHelp(binary.problem);
      return;
    }
    const client = new LanguageClient(
      "gkc",
      "gkc",
      { command: binary.path, args: ["lsp"] },
      {
        documentSelector: SERVED,
        outputChannel: this.#output,
        synchronize: { configurationSection: "gkc", fileEvents: this.#watcher },
      },
    );
    client.registerFeature(new PreviewLenses());
    client.onDidChangeState(({ newState }) => {
      switch (newState) {
        case State.Starting:
          return this.#status.starting();
        case State.Running:
          return this.#status.running(client.initializeResult?.serverInfo?.version, binary.path);
        default:
          return this.#status.failed("The language server is not running.");
      }
    });
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      // The client reports it, with a button to its output.
      this.#status.failed(`\`${binary.path} lsp\` does not start: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // A server that did not start, or does not answer, must not keep the next one from starting.
    await client?.dispose().catch((error: unknown) => this.#output.warn(String(error)));
  }
}

/** Says that lenses may carry the command of previews, as rust-analyzer's clients do with its commands. */
class PreviewLenses implements StaticFeature {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.experimental = { commands: { commands: ["gkc.preview"] } };
  }
  initialize(): void {}
  getState() {
    return { kind: "static" as const };
  }
  clear(): void {}
}

async function offerHelp(problem: string): Promise<void> {
  const settings = "Open Settings";
  const copy = "Copy Command";
  const choice = await vscode.window.showErrorMessage(problem, settings, copy);
  if (choice === settings) await vscode.commands.executeCommand("workbench.action.openSettings", "gkc.path");
  if (choice === copy) await vscode.env.clipboard.writeText(INSTALL);
}
