// The editors of the page: two for what is typed, one for what is generated.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion } from "@codemirror/autocomplete";
import type { Completion as Option, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { StreamLanguage, bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { json } from "@codemirror/legacy-modes/mode/javascript";
import { shell } from "@codemirror/legacy-modes/mode/shell";
import { yaml as yamlMode } from "@codemirror/legacy-modes/mode/yaml";
import { lintGutter, lintKeymap, linter, setDiagnostics } from "@codemirror/lint";
import { searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, RangeSetBuilder } from "@codemirror/state";
import type { Extension } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, highlightActiveLine, highlightSpecialChars, hoverTooltip } from "@codemirror/view";
import { keymap, lineNumbers, placeholder } from "@codemirror/view";
import { classHighlighter, tags } from "@lezer/highlight";
import { markdown } from "./markdown.ts";
import type { Artifact, Completion, Finding, Hover, Tab } from "./protocol.ts";

/** What an editor wants from the rest of the page. */
export interface Surroundings {
  changed(): void;
  moved(): void;
  hover(tab: Tab, offset: number): Promise<Hover | null>;
  complete(tab: Tab, offset: number): Promise<Completion[] | null>;
}

// Modes that read line by line: the grammars of CodeMirror 6 are highlighted by recursion, which ends at some hundred brackets.
const yaml = StreamLanguage.define({ ...yamlMode, tokenTable: { atom: tags.propertyName } });
const hujson = StreamLanguage.define({ ...json, tokenTable: { property: tags.propertyName } });

const looks: Extension = [
  lineNumbers(),
  highlightSpecialChars(),
  drawSelection(),
  syntaxHighlighting(classHighlighter),
  EditorView.lineWrapping,
];

export function editor(parent: Element, tab: Tab, around: Surroundings): EditorView {
  const name = tab === "config" ? "gitpod-k3s.yaml" : "Tailnet policy";
  const hint = "The tailnet's own policy, which `tailscale.policy` of the configuration names.";
  return new EditorView({
    parent,
    extensions: [
      looks,
      tab === "config" ? yaml : hujson,
      tab === "policy" ? placeholder(hint) : [],
      history(),
      highlightActiveLine(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      lintGutter({ tooltipFilter: () => [] }),
      // Hovers have the findings, and the page has the list.
      linter(null, { tooltipFilter: () => [] }),
      autocompletion({ override: [(context) => complete(tab, around, context)] }),
      hoverTooltip(async (_view, offset) => {
        const hover = await around.hover(tab, offset);
        if (!hover) return null;
        return { pos: hover.from, end: hover.to, above: true, create: () => ({ dom: markdown(hover.markdown) }) };
      }),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
      EditorView.contentAttributes.of({ "aria-label": name, spellcheck: "false", autocapitalize: "off" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) around.changed();
        else if (update.selectionSet) around.moved();
      }),
    ],
  });
}

async function complete(tab: Tab, around: Surroundings, context: CompletionContext): Promise<CompletionResult | null> {
  if (!context.explicit && !context.matchBefore(/[\w.-]/)) return null;
  const found = await around.complete(tab, context.pos);
  const first = found?.[0];
  if (!found || !first) return null;
  const option = (completion: Completion, index: number): Option => ({
    label: completion.label,
    type: completion.kind,
    // The order of the documentation, not of the alphabet.
    boost: -index / found.length,
    ...(completion.docs === null ? {} : { info: () => markdown(completion.docs ?? "") }),
    apply: (view, _option, from, to) => insert(view, completion.snippet, from, Math.max(to, completion.to)),
  });
  return { from: first.from, options: found.map(option), validFor: /^[\w.-]*$/ };
}

/** Inserts a snippet and leaves the cursor at its first gap. CodeMirror's own snippets would indent once more what has its indentation. */
function insert(view: EditorView, snippet: string, from: number, to: number): void {
  const text = snippet.replace(/\\([\\$}])|\$\{\d+\}/g, (_match, escaped: string | undefined) => escaped ?? "\0");
  const gap = text.indexOf("\0");
  const plain = text.replaceAll("\0", "");
  const anchor = from + (gap < 0 ? plain.length : gap);
  view.dispatch({ changes: { from, to, insert: plain }, selection: { anchor }, userEvent: "input.complete", scrollIntoView: true });
  if (gap >= 0 || /[ -]$/.test(plain)) startCompletion(view);
}

/** Underlines findings. */
export function underline(view: EditorView, tab: Tab, findings: Finding[]): void {
  const length = view.state.doc.length;
  const here = findings.filter((finding) => finding.place.file === tab);
  const marks = here.map(({ place, severity, message }) => {
    return { from: Math.min(place.from, length), to: Math.min(place.to, length), severity, message };
  });
  view.dispatch(setDiagnostics(view.state, marks));
}

/** Replaces a text where it differs, so that the cursor stays where it is. */
export function replace(view: EditorView, text: string): void {
  const before = view.state.doc.toString();
  const most = Math.min(before.length, text.length);
  let start = 0;
  while (start < most && before[start] === text[start]) start++;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === text[text.length - 1 - end]) end++;
  if (start + end === before.length && before.length === text.length) return;
  view.dispatch({ changes: { from: start, to: before.length - end, insert: text.slice(start, text.length - end) } });
}

const marked = Decoration.line({ class: "of-key" });

/** A read-only view of artifacts. */
export class Viewer {
  readonly #view: EditorView;
  readonly #language = new Compartment();
  readonly #marks = new Compartment();
  readonly #label = new Compartment();
  #path = "";

  constructor(parent: Element) {
    this.#view = new EditorView({
      parent,
      extensions: [
        looks,
        EditorState.readOnly.of(true),
        // Still in the order of the Tab key, so that the text can be scrolled and searched with the keyboard.
        keymap.of([...defaultKeymap, ...searchKeymap]),
        this.#language.of([]),
        this.#marks.of([]),
        this.#label.of([]),
      ],
    });
  }

  show({ path, text, lines }: Artifact): void {
    const isNew = path !== this.#path;
    this.#path = path;
    const view = this.#view;
    if (isNew) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
    else replace(view, text);
    const marks = new RangeSetBuilder<Decoration>();
    for (const line of lines) {
      if (line >= view.state.doc.lines) continue;
      const { from } = view.state.doc.line(line + 1);
      marks.add(from, from, marked);
    }
    const effects = [this.#marks.reconfigure(EditorView.decorations.of(marks.finish()))];
    if (isNew) {
      effects.push(this.#language.reconfigure(language(path)));
      effects.push(this.#label.reconfigure(EditorView.contentAttributes.of({ "aria-label": path, "aria-readonly": "true" })));
    }
    const first = lines[0];
    if (first !== undefined && first < view.state.doc.lines) {
      effects.push(EditorView.scrollIntoView(view.state.doc.line(first + 1).from, { y: "center" }));
    } else if (isNew) {
      effects.push(EditorView.scrollIntoView(0));
    }
    view.dispatch({ effects });
  }
}

function language(path: string): Extension {
  switch (/\.(\w+)(?:\.tftpl)?$/.exec(path)?.[1]) {
    case "yaml":
      return yaml;
    case "json":
    case "hujson":
      return hujson;
    case "sh":
    case "env":
      return StreamLanguage.define(shell);
    default:
      return [];
  }
}
