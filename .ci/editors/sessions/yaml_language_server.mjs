// yaml-language-server with the JSON Schema that `gkc schema` prints, named in the file as docs/editors.md shows.
// usage: yaml_language_server.mjs GKC FOLDER, with NODE_PATH naming where the packages are

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.env.NODE_PATH}/`);
const { createProtocolConnection, StreamMessageReader, StreamMessageWriter, ...lsp } = require("vscode-languageserver-protocol/node");

setTimeout(() => assert.fail("the session takes too long"), 60_000).unref();
const [gkc, folder] = process.argv.slice(2);
const uri = pathToFileURL(path.join(folder, "gitpod-k3s.yaml")).href;
const docs = readFileSync(new URL("../../../docs/editors.md", import.meta.url), "utf8");
const modeline = /^# yaml-language-server: .*\n/m.exec(docs)[0];
const text = modeline + readFileSync(path.join(folder, "gitpod-k3s.yaml"), "utf8");
writeFileSync(path.join(folder, "gitpod-k3s.schema.json"), execFileSync(gkc, ["schema"]));

const child = spawn(path.join(process.env.NODE_PATH, ".bin", "yaml-language-server"), ["--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
connection.onRequest(lsp.ConfigurationRequest.type, ({ items }) => items.map(() => ({ schemaStore: { enable: false } })));
connection.onRequest(lsp.RegistrationRequest.type, () => {});
const published = new Promise((resolve) => {
  connection.onNotification(lsp.PublishDiagnosticsNotification.type, ({ diagnostics }) => diagnostics.length > 0 && resolve(diagnostics));
});
connection.listen();
await connection.sendRequest(lsp.InitializeRequest.type, {
  processId: process.pid,
  rootUri: pathToFileURL(folder).href,
  capabilities: { workspace: { configuration: true } },
});
await connection.sendNotification(lsp.InitializedNotification.type, {});
await connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
  textDocument: { uri, languageId: "yaml", version: 1, text },
});
const [found] = await published;
assert.equal(found.range.start.line, text.split("\n").indexOf("platform: gi"));
console.log("finding", found.message);
const hover = await connection.sendRequest(lsp.HoverRequest.type, { textDocument: { uri }, position: { line: 2, character: 1 } });
assert.match(JSON.stringify(hover.contents), /host name/);
console.log("hover", JSON.stringify(hover.contents));
child.kill();
