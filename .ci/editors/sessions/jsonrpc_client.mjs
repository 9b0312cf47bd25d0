// A session of vscode-jsonrpc and vscode-languageserver-protocol, which VS Code's own client consists of, with `gkc lsp`. It asks for
// findings, as VS Code does. usage: jsonrpc_client.mjs GKC FOLDER, with NODE_PATH naming where the packages are

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.env.NODE_PATH}/`);
const { createProtocolConnection, StreamMessageReader, StreamMessageWriter, ...lsp } = require("vscode-languageserver-protocol/node");
const { TextDocument } = require("vscode-languageserver-textdocument");

setTimeout(() => assert.fail("the session takes too long"), 60_000).unref();
const [server, folder] = process.argv.slice(2);
const file = path.join(folder, "gitpod-k3s.yaml");
const uri = pathToFileURL(file).href;
const textDocument = { uri };
let document = TextDocument.create(uri, "yaml", 1, readFileSync(file, "utf8"));

const child = spawn(server, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
const exited = once(child, "exit");
const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin), {
  error: assert.fail,
  warn: console.error,
  info: console.error,
  log: console.error,
});
const refreshed = new Promise((resolve) => connection.onRequest(lsp.DiagnosticRefreshRequest.type, resolve));
// What newer servers may ask for.
connection.onRequest(lsp.ConfigurationRequest.type, ({ items }) => items.map(() => null));
connection.onRequest(lsp.RegistrationRequest.type, () => {});
connection.listen();

const { capabilities, serverInfo } = await connection.sendRequest(lsp.InitializeRequest.type, {
  processId: process.pid,
  rootUri: pathToFileURL(folder).href,
  capabilities: {
    textDocument: {
      codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } }, isPreferredSupport: true },
      diagnostic: { relatedDocumentSupport: true },
      rename: { prepareSupport: true },
    },
    workspace: { diagnostics: { refreshSupport: true }, workspaceEdit: { documentChanges: true } },
  },
});
await connection.sendNotification(lsp.InitializedNotification.type, {});
console.log("server", serverInfo);

const findings = async () => (await connection.sendRequest(lsp.DocumentDiagnosticRequest.type, { textDocument })).items;

/** Edits the text as the server asks, and sends each edit on its own. */
async function edit(edits) {
  const text = TextDocument.applyEdits(document, edits);
  const sorted = edits.toSorted((a, b) => document.offsetAt(b.range.start) - document.offsetAt(a.range.start));
  const contentChanges = sorted.map(({ range, newText }) => ({ range, text: newText }));
  document = TextDocument.update(document, contentChanges, document.version + 1);
  assert.equal(document.getText(), text);
  await connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version: document.version },
    contentChanges,
  });
}

function editsOf({ documentChanges }) {
  assert.equal(documentChanges.length, 1);
  assert.deepEqual(documentChanges[0].textDocument, { uri, version: document.version });
  return documentChanges[0].edits;
}

await connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
  textDocument: { uri, languageId: "yaml", version: 1, text: document.getText() },
});
const mistake = (await findings()).find(({ code }) => code === "passlist-uppercase");
console.log("finding", mistake.message.split("\n")[0]);
await refreshed;
console.log("findings of the generated files");

const hover = await connection.sendRequest(lsp.HoverRequest.type, { textDocument, position: mistake.range.start });
assert.match(hover.contents.value, /Acme\.dev/);
console.log("hover", hover.contents.value.split("\n")[0]);

const incomplete = "platform: gi";
const completed = await connection.sendRequest(lsp.CompletionRequest.type, {
  textDocument,
  position: document.positionAt(document.getText().indexOf(incomplete) + incomplete.length),
});
const items = Array.isArray(completed) ? completed : completed.items;
console.log("completion", items.map(({ label }) => label).join(" "));
await edit([items.find(({ label }) => label === "gitpod").textEdit]);

const context = { diagnostics: [mistake] };
const actions = await connection.sendRequest(lsp.CodeActionRequest.type, { textDocument, range: mistake.range, context });
const fix = actions.find(({ isPreferred }) => isPreferred);
console.log("code action", fix.title);
await edit(editsOf(fix.edit));
assert.ok((await findings()).every(({ code }) => code !== "passlist-uppercase" && code !== "invalid-value"));

let expected = readFileSync(path.join(folder, "expected.yaml"), "utf8");
if (capabilities.renameProvider) {
  const position = document.positionAt(document.getText().indexOf("name: main") + "name: ".length);
  await edit(editsOf(await connection.sendRequest(lsp.RenameRequest.type, { textDocument, position, newName: "workers" })));
  expected = expected.replace("name: main", "name: workers");
  console.log("rename");
}

const options = { tabSize: 2, insertSpaces: true };
await edit(await connection.sendRequest(lsp.DocumentFormattingRequest.type, { textDocument, options }));
assert.equal(document.getText(), expected);
console.log("formatting");

const symbols = await connection.sendRequest(lsp.DocumentSymbolRequest.type, { textDocument });
assert.deepEqual(symbols.slice(0, 2).map(({ name }) => name), ["apiVersion", "domain"]);
console.log("symbols", symbols.map(({ name }) => name).join(" "));

await connection.sendNotification(lsp.DidCloseTextDocumentNotification.type, { textDocument });
await connection.sendRequest(lsp.ShutdownRequest.type);
await connection.sendNotification(lsp.ExitNotification.type);
const [code] = await exited;
assert.equal(code, 0);
console.log("exit code", code);
