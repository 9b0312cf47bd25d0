// A session of the VS Code extension in code-server with Chromium. The binary is missing at first, as for somebody who installed the
// extension alone, and the folder is not trusted and names another one.
// usage: vscode.mjs GKC FOLDER VSIX, with NODE_PATH naming where the packages are

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(`${process.env.NODE_PATH}/`);
const { chromium } = require("playwright-core");

const [server, folder, vsix] = process.argv.slice(2);
const project = path.join(folder, "project");
const file = path.join(project, "gitpod-k3s.yaml");
const code = path.join(process.env.NODE_PATH, ".bin", "code-server");
const data = path.join(folder, "data");
const dirs = ["--user-data-dir", data, "--extensions-dir", path.join(data, "extensions"), "--config", path.join(data, "config.yaml")];
// Without the folders in which the machine may have a gkc.
const env = { ...process.env, HOME: data, PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin` };

// Those of the machine are read again when they change on disk.
function settings(more) {
  const quiet = {
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": false,
    "chat.disableAIFeatures": true,
    "editor.minimap.enabled": false,
    "security.workspace.trust.startupPrompt": "never",
    "telemetry.telemetryLevel": "off",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
  };
  mkdirSync(path.join(data, "Machine"), { recursive: true });
  writeFileSync(path.join(data, "Machine", "settings.json"), JSON.stringify({ ...quiet, ...more }));
}

cpSync(fileURLToPath(new URL("../text", import.meta.url)), project, { recursive: true });
mkdirSync(path.join(project, ".vscode"));
writeFileSync(path.join(project, ".vscode", "settings.json"), JSON.stringify({ "gkc.path": "/bin/false" }));
writeFileSync(path.join(project, "cluster.yaml"), "# Ours\napiVersion: gitpod-k3s/v1\ndomain_passlist: [Acme.dev]\n");
settings({});
execFileSync(code, [...dirs, "--install-extension", vsix], { env, stdio: "inherit" });
const child = spawn(code, [...dirs, "--auth", "none", "--bind-addr", "127.0.0.1:0", "--disable-update-check", project], { env });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1400, height: 800 } });
page.setDefaultTimeout(15_000);
const screenshot = (name) => page.screenshot({ path: path.join(folder, `${name}.png`) });

try {
  await page.goto(`${await address()}/?folder=${project}`);
  await page.locator(".monaco-workbench").waitFor();
  await open("gitpod-k3s.yaml");

  const notification = page.locator(".notifications-toasts .notification-list-item-message");
  const missing = await notification.filter({ hasText: "gkc" }).first().innerText();
  assert.match(missing, /found neither in PATH nor in .*\.cargo\/bin.*cargo install gkc/s);
  console.log("missing binary, and the folder's is not run:", missing);
  await screenshot("vscode-missing");

  settings({ "gkc.path": server });
  const squiggle = page.locator(".squiggly-error").first();
  await squiggle.waitFor();
  console.log("started when the setting changed");
  await command("Notifications: Clear All Notifications");

  await page.locator("[id='status.editor.mode']", { hasText: "gitpod-k3s" }).waitFor();
  assert.ok((await page.locator(".view-line span span").evaluateAll((all) => new Set(all.map((each) => each.className)).size)) > 3);
  console.log("language gitpod-k3s, highlighted as YAML");

  await command("Problems: Focus on Problems View");
  const problem = page.locator(".markers-panel .monaco-list-row", { hasText: "`Acme.dev`" });
  await problem.waitFor();
  console.log("finding:", (await problem.innerText()).split("\n")[0]);
  await problem.dblclick();
  await page.locator("[class*=codicon-gutter-lightbulb], .lightBulbWidget").first().waitFor();
  await until(() => page.keyboard.press("Control+."), page.locator(".action-widget", { hasText: "Use `acme.dev`" }));
  await screenshot("vscode-fix");
  await page.keyboard.press("Enter");
  await problem.waitFor({ state: "detached" });
  console.log("fix applied");

  await goTo(3, "End");
  await page.keyboard.press("Control+Space");
  const suggestion = page.locator(".suggest-widget .monaco-list-row", { hasText: "gitpod" }).first();
  await suggestion.waitFor();
  await page.keyboard.press("Enter");
  await lineText("platform: gitpod").waitFor();
  console.log("completion inserted");

  await command("Format Document");
  const expected = readFileSync(path.join(project, "expected.yaml"), "utf8");
  for (let tries = 0; readFileSync(file, "utf8") !== expected; tries++) {
    await page.keyboard.press("Control+s");
    await page.waitForTimeout(500);
    if (tries === 20) assert.equal(readFileSync(file, "utf8"), expected);
  }
  console.log("formatted and saved");

  // Neither its name nor its first line says what it is.
  await open("cluster.yaml");
  await page.locator("[id='status.editor.mode']", { hasText: "gitpod-k3s" }).waitFor();
  console.log("a configuration of another name recognized");
  await until(() => command("gkc: Apply All Safe Fixes"), lineText("[acme.dev]"));
  await page.keyboard.press("Control+s");
  await page.locator(".tab.active:not(.dirty)").waitFor();
  console.log("all safe fixes applied");
  await page.locator(".tab.active").click({ button: "middle" });
  await page.locator(".tab.active", { hasText: "gitpod-k3s.yaml" }).waitFor();

  await goTo(2, "End");
  await command("gkc: Show Generated Artifact");
  const choice = page.locator(".quick-input-widget:has(input[placeholder='Generated artifact']) .monaco-list-row:visible");
  const tooOld = notification.filter({ hasText: "no previews" });
  const right = page.locator(".editor-group-container >> nth=1");
  const preview = right.locator(".view-lines");
  const tab = right.locator(".tab.active");
  await choice.or(tooOld).or(preview).first().waitFor();
  if (await tooOld.isVisible()) {
    console.log("preview: the server has none, and the extension says so");
  } else {
    if (await choice.first().isVisible()) await page.keyboard.press("Enter");
    await preview.locator(".view-line").first().waitFor();
    await right.locator(".cdr").first().waitFor();
    console.log("preview:", await tab.innerText());
    const lens = page.locator(".codelens-decoration a").first();
    const hasLenses = lens.waitFor({ timeout: 5_000 }).then(() => true, () => false);
    if (await hasLenses) {
      await tab.click({ button: "middle" });
      await tab.waitFor({ state: "detached" });
      await lens.click();
      await tab.waitFor();
      console.log("preview from a code lens:", await tab.innerText());
    }
  }
  await screenshot("vscode");
  if (!(await tooOld.isVisible())) {
    const count = page.locator("[id='status.problems']");
    const before = await count.innerText();
    settings({ "gkc.path": server, "gkc.rules": { "no-authorized-keys": "off" } });
    await goTo(2, "End");
    // VS Code asks for findings again after an edit.
    for (let tries = 0; (await count.innerText()) === before; tries++) {
      assert.ok(tries < 10, "the setting changes nothing");
      await page.keyboard.press(tries % 2 === 0 ? "Space" : "Backspace");
      await page.waitForTimeout(1_000);
    }
    console.log("a rule turned off by a setting:", [before, await count.innerText()]);
  }
} catch (error) {
  await screenshot("vscode-failed");
  throw error;
} finally {
  await browser.close();
  child.kill();
}

/** Where code-server listens. */
function address() {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const found = /HTTP server listening on (http:\S+?)\/?\s/.exec(output);
      if (found) resolve(found[1]);
    });
    child.stderr.on("data", (chunk) => process.stderr.write(chunk));
    child.on("exit", () => reject(new Error(`code-server ended:\n${output}`)));
  });
}

/** Repeats what VS Code ignores before it is ready, until something shows. */
async function until(act, locator) {
  for (let tries = 0; ; tries++) {
    await act();
    try {
      return await locator.waitFor({ timeout: 3_000 });
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

async function quickInput(key, text) {
  await page.keyboard.press(key);
  const input = page.locator(".quick-input-widget:visible input[type=text]");
  await input.waitFor();
  await input.fill(text);
}

async function open(name) {
  await until(async () => {
    await page.keyboard.press("Escape");
    await quickInput("Control+p", name);
    await page.locator(".quick-input-widget .monaco-list-row.focused", { hasText: name }).waitFor();
    await page.keyboard.press("Enter");
  }, page.locator(".tab.active", { hasText: name }));
}

async function command(title) {
  await quickInput("F1", `>${title}`);
  await page.locator(".quick-input-widget .monaco-list-row.focused", { hasText: title }).waitFor();
  await page.keyboard.press("Enter");
}

async function goTo(line, key) {
  await quickInput("Control+g", `:${line}`);
  await page.keyboard.press("Enter");
  await page.locator(".quick-input-widget:visible").waitFor({ state: "detached" });
  await page.keyboard.press(key);
}

/** A line of the editor that has a text, with the spaces that editors draw. */
function lineText(text) {
  return page.locator(".view-line", { hasText: text.replaceAll(" ", "\u00a0") });
}
