// A session with the playground in Chromium, from a file server in a subfolder, with no other network. Screenshots go to a folder.
// usage: try.mjs PLAYGROUND FOLDER

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";

const [playground, folder] = process.argv.slice(2);
const server = spawn("python3", ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", path.dirname(playground)]);
const origin = await new Promise((resolve, reject) => {
  server.stdout.on("data", (data) => {
    const port = / port (\d+)/.exec(String(data))?.[1];
    if (port) resolve(`http://127.0.0.1:${port}`);
  });
  server.on("exit", () => reject(new Error("the file server ended")));
});
const address = `${origin}/${path.basename(playground)}/`;
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});

/** Everything that no page may have at the end. */
const faults = [];

async function open(options, url = address) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  await context.route("**/*", (route) => (route.request().url().startsWith(origin) ? route.continue() : route.abort()));
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(origin)) faults.push(`request to ${request.url()}`);
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error}`));
  if (url) await page.goto(url);
  return page;
}

const lines = (page, id = "config") => page.locator(`#${id} .cm-line`).allInnerTexts();
const text = async (page, id) => (await lines(page, id)).map((line) => line.replace(/\n$/, "")).join("\n");
const finding = (page, words) => page.locator("#findings .finding", { hasText: words });
const proven = (page) => page.locator("#times", { hasText: "generated in" }).waitFor();
const screenshot = (page, name) => page.screenshot({ path: path.join(folder, `${name}.png`) });

async function write(page, words) {
  await page.locator("#config .cm-content").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(words);
}

async function until(what, condition) {
  for (let tries = 0; tries < 200; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`waited in vain: ${what}`);
}

const steps = {
  async "loads the example"(page) {
    await proven(page);
    assert.match(await text(page), /^domain: gitpod\.acme\.dev$/m);
    console.log(`  ${await page.locator("#times").innerText()}`);
  },

  async "a mistake is found as it is typed"(page) {
    await write(page, "domain_passlist: [Acme.dev]\n");
    await finding(page, /Acme\.dev/).waitFor();
    await page.locator("#config .cm-lintRange-error, #config .cm-lintRange-warning").first().waitFor();
    await proven(page);
    await screenshot(page, "finding");
    const link = await finding(page, /Acme\.dev/).locator("a").getAttribute("href");
    assert.match(link ?? "", /docs\/rules\/passlist-uppercase\.md$/);
  },

  async "a click on a finding goes there"(page) {
    await finding(page, /Acme\.dev/).locator(".message").click();
    assert.equal(await page.evaluate(() => String(getSelection())), "Acme.dev");
  },

  async "a click on a fix changes the text, and the finding goes"(page) {
    await finding(page, /Acme\.dev/).locator(".fix").first().click();
    await finding(page, /Acme\.dev/).waitFor({ state: "detached" });
    assert.match(await text(page), /^domain_passlist: \[acme\.dev\]$/m);
  },

  async "all safe fixes, and the layout"(page) {
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText("apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ndomain_passlist:   [Acme.com,   Acme.org]\n");
    await finding(page, /Acme\.org/).waitFor();
    await proven(page);
    await page.locator("#fix").click();
    await until("fixed", async () => /acme\.com, *acme\.org/.test(await text(page)));
    await page.locator("#format").click();
    await until("formatted", async () => /^domain_passlist: \[acme\.com, acme\.org\]$/m.test(await text(page)));
  },

  async "hover shows what a key means"(page) {
    await page.locator("#config .cm-line", { hasText: "domain: gitpod" }).locator("span").first().hover();
    const hover = page.locator(".cm-tooltip-hover .markdown");
    await hover.waitFor();
    assert.match(await hover.innerText(), /domain/i);
    console.log(`  ${(await hover.innerText()).split("\n")[0]}`);
    await screenshot(page, "hover");
    await page.mouse.move(5, 5);
  },

  async "completion inserts a key and its value"(page) {
    await write(page, "platf");
    const option = page.locator(".cm-tooltip-autocomplete li");
    await option.filter({ hasText: "platform" }).first().waitFor();
    await screenshot(page, "completion");
    // CodeMirror takes no choice in the first moment, which may be one of typing.
    await page.waitForTimeout(150);
    await page.keyboard.press("Enter");
    await option.filter({ hasText: "coder" }).waitFor();
    await page.waitForTimeout(150);
    await page.keyboard.press("Enter");
    await until("completed", async () => /^platform: gitpod$/m.test(await text(page)));
  },

  async "an artifact has the domain that is typed"(page) {
    const line = page.locator("#config .cm-line", { hasText: "domain: gitpod" });
    await line.click();
    await page.keyboard.press("End");
    for (let each = 0; each < "acme.dev".length; each++) await page.keyboard.press("Backspace");
    await page.keyboard.type("example.org");
    await page.locator("#artifacts [role=tab]", { hasText: /^gitpod\/.*config.*/ }).first().click();
    await page.locator("#artifact .cm-line", { hasText: "gitpod.example.org" }).first().waitFor();
    assert.ok((await page.locator("#artifact .cm-line span[class^=tok-]").count()) > 0);
    console.log(`  ${await page.locator("#artifacts [role=tab]").count()} artifacts`);
  },

  async "lines of the key at the cursor are marked"(page) {
    await write(page, "\n");
    await page.keyboard.insertText("ssh: {port: 2222}");
    await page.keyboard.press("ArrowLeft");
    // What people read tells of the key too, further down than an editor shows.
    const tab = page.locator("#artifacts .of-key", { hasText: "cloud-init/" }).first();
    await tab.click();
    await page.locator("#artifact .cm-line.of-key", { hasText: "2222" }).first().waitFor();
    console.log(`  ${await page.locator("#artifacts .of-key").count()} artifacts from ssh.port, such as ${await tab.innerText()}`);
    await screenshot(page, "artifact");
  },

  async "tabs with the keyboard"(page) {
    const selected = () => page.locator("#artifacts [aria-selected=true]").innerText();
    const before = await selected();
    await page.locator("#artifacts [aria-selected=true]").focus();
    await page.keyboard.press("ArrowDown");
    assert.notEqual(await selected(), before);
    await page.keyboard.press("End");
    const last = await page.locator("#artifacts [role=tab]").last().innerText();
    assert.equal(await selected(), last);
    await page.locator(`#artifact .cm-content[aria-label="${last}"]`).waitFor();
  },

  async "every artifact can be shown"(page) {
    for (const tab of await page.locator("#artifacts [role=tab]").all()) {
      await tab.click();
      await page.locator(`#artifact .cm-content[aria-label="${await tab.innerText()}"]`).waitFor();
    }
  },

  async "a reload restores the text from the fragment"(page) {
    const before = await text(page);
    await until("the fragment", async () => {
      const fragment = await page.evaluate(() => location.hash);
      await page.waitForTimeout(400);
      return fragment.length > 1 && fragment === (await page.evaluate(() => location.hash));
    });
    await page.reload();
    await proven(page);
    assert.equal(await text(page), before);
  },

  async "examples, and a tailnet's own policy"(page) {
    const count = await page.locator("#examples option").count();
    for (let each = 0; each < count - 1; each++) {
      await page.locator("#examples").selectOption(String(each));
      await until("no error", async () => (await page.locator("#count").innerText()).match(/^(No findings|0 errors)/));
    }
    await page.locator("#sources [role=tab]", { hasText: "policy" }).click();
    assert.match(await text(page, "policy"), /"?acls"?|"?grants"?/);
    await page.locator("#policy .cm-content").click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("[");
    const wrong = finding(page, /policy, line/).first();
    await wrong.waitFor();
    await page.locator("#sources [role=tab]", { hasText: "gitpod-k3s.yaml" }).click();
    await wrong.locator(".message").click();
    assert.ok(await page.locator("#policy").isVisible());
    await screenshot(page, "policy");
  },
};

try {
  const page = await open({});
  for (const [name, step] of Object.entries(steps)) {
    await step(page);
    console.log(`PASS ${name}`);
  }

  // Texts in a link may be anybody's.
  const evil = "apiVersion: gitpod-k3s/v1\ndomain: '<img src=x onerror=alert(1)>'\n\"<b>*x*</b>[y](javascript:alert(1))\": 1\n";
  await page.locator("#sources [role=tab]").first().click();
  await page.locator("#config .cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(evil);
  await finding(page, "<img").first().waitFor();
  assert.equal(await page.locator("#findings img, #findings b, #findings [href^=javascript]").count(), 0);
  console.log("PASS a text is never markup");

  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(`domain: ${"[".repeat(20_000)}\n`);
  await until("findings", async () => /^[1-9]/.test(await page.locator("#count").innerText()));
  assert.ok(await page.locator("#crash").isHidden());
  console.log("PASS brackets 20,000 deep");

  const pasted = "domain: é\u{1f600}\r\nsize: Ü\r\ndomain_passlist: [\u{1f600}.dev, Acme.dev]\r\n";
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(pasted);
  await finding(page, /Acme\.dev/).first().locator(".message").click();
  assert.equal(await page.evaluate(() => String(getSelection())), "Acme.dev");
  console.log("PASS places behind characters beyond 16 bits");

  await page.goto(`${address}#damaged`);
  await page.locator("#said", { hasText: "damaged" }).waitFor();
  console.log("PASS a damaged link is said to be one");
  assert.deepEqual(faults, []);

  // A core that traps when a text says so.
  const crashing = await open({}, null);
  const worker = readFileSync(path.join(playground, "worker.js"), "utf8");
  const trap = `const real = WebAssembly.instantiate;
    WebAssembly.instantiate = async (...all) => {
      const { exports } = await real(...all);
      let place = 0, length = 0;
      const question = (wanted) => (length = wanted, place = exports.question(wanted));
      const answer = () => {
        const asked = new TextDecoder().decode(new Uint8Array(exports.memory.buffer, place, length));
        if (asked.includes("TRAP")) throw new WebAssembly.RuntimeError("unreachable");
        return exports.answer();
      };
      return { exports: { ...exports, question, answer } };
    };`;
  await crashing.route("**/worker.js", (route) => route.fulfill({ contentType: "text/javascript", body: trap + worker }));
  await crashing.goto(address);
  await proven(crashing);
  await write(crashing, "# TRAP");
  await crashing.locator("#crash", { hasText: "was restarted" }).waitFor();
  await screenshot(crashing, "crash");
  await crashing.keyboard.press("Backspace");
  await crashing.keyboard.type("\ndomain_passlist: [Acme.dev]");
  await finding(crashing, /Acme\.dev/).waitFor();
  assert.ok(await crashing.locator("#crash").isHidden());
  console.log("PASS a crash is said, and the next change is answered");
  assert.deepEqual(faults, []);

  for (const [name, options] of Object.entries({
    "phone": { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    "phone-dark": { viewport: { width: 390, height: 844 }, colorScheme: "dark" },
    "dark": { colorScheme: "dark" },
  })) {
    const page = await open(options);
    await proven(page);
    await write(page, "domain_passlist: [Acme.dev]\n");
    await finding(page, /Acme\.dev/).waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name}: wider than the screen`);
    await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
    console.log(`PASS ${name}`);
  }
  assert.deepEqual(faults, []);
  console.log("PASS no request outside the origin, and no error in the console");
} catch (error) {
  const pages = browser.contexts().flatMap((context) => context.pages());
  for (const [index, page] of pages.entries()) await screenshot(page, `failed-${index}`).catch(() => {});
  console.error(error, faults);
  process.exitCode = 1;
} finally {
  await browser.close();
  server.kill();
}
