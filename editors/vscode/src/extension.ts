// What VS Code starts and stops.

import * as vscode from "vscode";
import { isConfig, recognizeConfigs } from "./documents.ts";
import { Previews } from "./preview.ts";
import { Server } from "./server.ts";
import { Status } from "./status.ts";

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const status = new Status();
  const running = (server = new Server(status));
  const previews = new Previews(() => running.client);

  // Most YAML files are none of ours: the server, and complaints if it is missing, wait for a configuration.
  const startFor = (document: vscode.TextDocument) => {
    if (isConfig(document)) running.start();
  };
  context.subscriptions.push(
    status,
    previews,
    vscode.workspace.onDidOpenTextDocument(startFor),
    vscode.workspace.onDidChangeConfiguration((change) => running.configured(change)),
    vscode.commands.registerCommand("gkc.restart", () => running.restart()),
    vscode.commands.registerCommand("gkc.preview", (uri?: unknown, path?: unknown, position?: unknown) =>
      previews.show(uri, path, position),
    ),
    // VS Code says so itself if there is nothing to fix.
    vscode.commands.registerCommand("gkc.fixAll", () =>
      vscode.commands.executeCommand("editor.action.codeAction", { kind: "source.fixAll.gkc", apply: "first" }),
    ),
  );
  vscode.workspace.textDocuments.forEach(startFor);
  context.subscriptions.push(recognizeConfigs());
}

export async function deactivate(): Promise<void> {
  await server?.dispose();
}
