// The language status item, behind `{}` in the status bar: state and version of the server.

import * as vscode from "vscode";
import { CONFIGS } from "./documents.ts";

export class Status implements vscode.Disposable {
  readonly #item = vscode.languages.createLanguageStatusItem("gkc", CONFIGS);

  constructor() {
    this.#item.name = "gkc";
    this.#item.command = { command: "gkc.restart", title: "Restart" };
    this.#item.text = "gkc";
  }

  starting(): void {
    this.#show("gkc", "starting", vscode.LanguageStatusSeverity.Information, true);
  }

  running(version: string | undefined, path: string): void {
    this.#show(`gkc ${version ?? ""}`.trim(), `running, ${path}`, vscode.LanguageStatusSeverity.Information);
  }

  failed(problem: string): void {
    this.#show("gkc", problem, vscode.LanguageStatusSeverity.Error);
  }

  dispose(): void {
    this.#item.dispose();
  }

  #show(text: string, detail: string, severity: vscode.LanguageStatusSeverity, busy = false): void {
    Object.assign(this.#item, { text, detail, severity, busy });
  }
}
