// The page: texts to the core, what it says to the page.

import type { EditorView } from "@codemirror/view";
import { Core, Crash } from "./core.ts";
import { Viewer, editor, replace, underline } from "./editors.ts";
import { examples } from "./examples.ts";
import { fromFragment, toFragment } from "./fragment.ts";
import type { Texts } from "./fragment.ts";
import { Tabs, showFindings } from "./lists.ts";
import type { Finding, Fix, Place, Severity, Tab } from "./protocol.ts";

/** So long after the last change artifacts are made and the address is changed, in milliseconds. */
const PAUSE = 200;

const core = new Core();
const at = <E extends HTMLElement = HTMLElement>(id: string): E => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element ${id}`);
  return found as E;
};

/** Grows with every change; what was asked about an older text is not shown. */
let version = 0;
let analysed = -1;
let running: Promise<void> | undefined;
let findings: Finding[] = [];
let timer = 0;
/** The fragment that the page has written. */
let written = "";

const around = { changed, moved: () => void showArtifact(), hover, complete };
const views: Record<Tab, EditorView> = {
  config: editor(at("config"), "config", around),
  policy: editor(at("policy"), "policy", around),
};
const viewer = new Viewer(at("artifact"));

const names: Record<Tab, string> = { config: "gitpod-k3s.yaml", policy: "Tailnet policy" };
const sources = new Tabs(at("sources"), (name) => open(name === names.policy ? "policy" : "config"));
sources.show([
  { name: names.config, panel: "config" },
  { name: names.policy, panel: "policy" },
]);
const artifacts = new Tabs(at("artifacts"), () => void showArtifact());
artifacts.selected = "README.md";

function open(tab: Tab): void {
  sources.select(names[tab]);
  at("config").hidden = tab !== "config";
  at("policy").hidden = tab !== "policy";
  views[tab].requestMeasure();
}

function texts(): Texts {
  return { config: views.config.state.doc.toString(), policy: views.policy.state.doc.toString() };
}

/** Today, where the page is read. */
function today(): string {
  const now = new Date();
  const two = (number: number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** Waits for the answer about the newest texts. A crash is shown, and ends it. */
function analyse(): Promise<void> {
  if (analysed === version) return Promise.resolve();
  running ??= (async () => {
    try {
      while (analysed !== version) {
        const of = version;
        const answer = await core.ask("analyse", { ...texts(), today: today() });
        analysed = of;
        if (of === version) show(answer.findings);
        at("crash").hidden = true;
      }
    } catch (error) {
      crashed(error);
    } finally {
      running = undefined;
    }
  })();
  return running;
}

/** What crashed once would crash again: the same text is not asked about until it is changed. */
function crashed(error: unknown): void {
  if (!(error instanceof Crash)) throw error;
  analysed = version;
  at("crash").hidden = false;
  at("crash").textContent = `The compiler crashed and was restarted. Change the text to try again. It said: ${error.message}`;
}

/** Asks about the newest texts; nothing where the answer came too late. */
async function about<T>(question: () => Promise<T>): Promise<T | null> {
  await analyse();
  const of = version;
  try {
    const answer = await question();
    return of === version ? answer : null;
  } catch (error) {
    crashed(error);
    return null;
  }
}

function hover(file: Tab, offset: number) {
  return about(() => core.ask("hover", { file, offset }));
}

function complete(file: Tab, offset: number) {
  return about(() => core.ask("complete", { file, offset }));
}

function changed(): void {
  version++;
  void analyse();
  clearTimeout(timer);
  timer = setTimeout(() => void prove(), PAUSE);
}

async function prove(): Promise<void> {
  const state = toFragment(texts());
  const proof = await about(() => core.ask("prove", {}));
  if (proof) {
    show(proof.findings);
    artifacts.show(proof.artifacts.map((name) => ({ name, panel: "artifact" })));
    await showArtifact();
  }
  written = await state;
  history.replaceState(null, "", written);
  const { analyse: first, prove: second } = core.times;
  at("times").textContent = `Analysed in ${rounded(first)} ms, generated in ${rounded(second)} ms`;
}

function rounded(milliseconds = 0): string {
  return milliseconds < 10 ? milliseconds.toFixed(1) : milliseconds.toFixed(0);
}

async function showArtifact(): Promise<void> {
  const path = artifacts.selected;
  const offset = views.config.state.selection.main.head;
  if (!path) return;
  const artifact = await about(() => core.ask("artifact", { path, offset }));
  const isStill = path === artifacts.selected && offset === views.config.state.selection.main.head;
  if (!artifact || !isStill) return;
  viewer.show(artifact);
  // The one that was asked for is among the paths even if it has nothing of the key.
  artifacts.mark(artifact.paths.filter((each) => each !== path || artifact.lines.length > 0));
}

function show(found: Finding[]): void {
  findings = found;
  underline(views.config, "config", found);
  underline(views.policy, "policy", found);
  const of = version;
  const apply = (fix: Fix) => {
    if (of === version) applied(fix);
  };
  showFindings(at("findings"), found, { go, apply }, line);
  const count = (severity: Severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return `${number} ${severity}${number === 1 ? "" : "s"}`;
  };
  at("count").textContent = found.length === 0 ? "No findings" : `${count("error")}, ${count("warning")}, ${count("info")}`;
  at("unbuilt").hidden = !found.some((finding) => finding.severity === "error");
  at<HTMLButtonElement>("fix").disabled = !found.some((finding) => finding.fixes.some((fix) => fix.isSafe));
}

function line(place: Place): string {
  const { doc } = views[place.file].state;
  const number = doc.lineAt(Math.min(place.from, doc.length)).number;
  return place.file === "config" ? `line ${number}` : `policy, line ${number}`;
}

function go({ file, from, to }: Place): void {
  open(file);
  const view = views[file];
  const end = view.state.doc.length;
  view.dispatch({ selection: { anchor: Math.min(from, end), head: Math.min(to, end) }, scrollIntoView: true });
  view.focus();
}

function applied({ edits }: Fix): void {
  for (const file of ["config", "policy"] as const) {
    const changes = edits.filter((edit) => edit.file === file).map(({ from, to, text }) => ({ from, to, insert: text }));
    if (changes.length === 0) continue;
    open(file);
    views[file].dispatch({ changes, scrollIntoView: true });
    views[file].focus();
  }
}

function load({ config, policy }: Texts): void {
  replace(views.config, config);
  replace(views.policy, policy);
  open("config");
}

const choice = at<HTMLSelectElement>("examples");
choice.append(...examples.map(({ name }, index) => new Option(name, String(index))));
choice.addEventListener("change", () => {
  const example = examples[Number(choice.value)];
  choice.value = "";
  if (example) load(example.texts);
});

at("fix").addEventListener("click", () => {
  void about(() => core.ask("fix", {})).then((answer) => {
    if (answer) replace(views.config, answer.text);
  });
});

at("format").addEventListener("click", () => {
  void about(() => core.ask("format", {})).then((answer) => {
    at("said").textContent = answer && "refusal" in answer ? answer.refusal : "";
    if (answer && "text" in answer) replace(views.config, answer.text);
  });
});

at("copy").addEventListener("click", () => {
  void toFragment(texts()).then(async (fragment) => {
    written = fragment;
    history.replaceState(null, "", fragment);
    try {
      await navigator.clipboard.writeText(location.href);
      at("said").textContent = "Link copied.";
    } catch {
      at("said").textContent = "Copy the link from the address bar.";
    }
  });
});

/** Takes the texts of the fragment; where it holds none, those that are there, or else an example. */
async function restore(): Promise<void> {
  const hasFragment = location.hash.length > 1;
  const restored = hasFragment ? await fromFragment(location.hash) : undefined;
  at("said").textContent = hasFragment && !restored ? "The link is damaged: it holds no configuration." : "";
  const first = version === 0 ? examples[0]?.texts : undefined;
  const next = restored ?? first;
  if (next) load(next);
}

addEventListener("hashchange", () => {
  if (location.hash !== written) void restore();
});

await restore();
views.config.focus();
