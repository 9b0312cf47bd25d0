// `gkc.preview`: the artifact that the key at the cursor ends in, read-only, beside the configuration.

import * as vscode from "vscode";
import { CancellationTokenSource, ErrorCodes, type LanguageClient, Position, ResponseError } from "vscode-languageclient/node";
import { isConfig } from "./documents.ts";
import { type Preview, PreviewRequest } from "./protocol.ts";

const SCHEME = "gkc-preview";

/** How long the cursor rests before the preview follows it, in milliseconds. */
const REST = 150;

export class Previews implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #client: () => LanguageClient | undefined;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  /** By the URIs of their documents. */
  readonly #previews = new Map<string, Preview>();
  readonly #fromKey = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor("editor.findMatchHighlightBackground"),
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.findMatchForeground"),
  });
  readonly #disposables: vscode.Disposable[];
  /** The path that is shown: the preview stays with it while the key at the cursor ends there. */
  #path: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The update that is under way: a newer one takes its place. */
  #asked: CancellationTokenSource | undefined;

  constructor(client: () => LanguageClient | undefined) {
    this.#client = client;
    this.#disposables = [
      this.#changed,
      this.#fromKey,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#follow(textEditor.document)),
      vscode.window.onDidChangeActiveTextEditor((editor) => editor && this.#follow(editor.document)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#highlight()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.scheme === SCHEME) this.#highlight();
        else this.#follow(document);
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#asked?.cancel();
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#previews.get(uri.toString())?.text ?? "";
  }

  /**
   * The command. Code lenses pass the document and an artifact, and may pass the position of their key; users choose the artifact if
   * there are several.
   */
  async show(uri?: unknown, path?: unknown, position?: unknown): Promise<void> {
    const editor = editorOf(uri);
    if (editor === undefined) {
      void vscode.window.showInformationMessage("Open a gitpod-k3s.yaml, and put the cursor on a key.");
      return;
    }
    const at = Position.is(position) ? new vscode.Position(position.line, position.character) : editor.selection.active;
    try {
      const chosen = typeof path === "string" ? path : undefined;
      let preview = await this.#ask(editor, at, chosen);
      if (preview && chosen === undefined && preview.paths.length > 1) {
        const choice = await vscode.window.showQuickPick(preview.paths, { placeHolder: "Generated artifact" });
        if (choice === undefined) return;
        if (choice !== preview.path) preview = await this.#ask(editor, at, choice);
      }
      if (preview) await this.#open(editor, preview);
      else void vscode.window.showInformationMessage("No generated artifact depends on the key at the cursor.");
    } catch (error) {
      const tooOld = error instanceof ResponseError && error.code === ErrorCodes.MethodNotFound;
      const update = "This version of gkc has no previews. Update it with `cargo install gkc`.";
      void vscode.window.showErrorMessage(tooOld ? update : error instanceof Error ? error.message : String(error));
    }
  }

  /** Updates what is visible of the preview soon. */
  #follow(document: vscode.TextDocument): void {
    if (!isConfig(document) || previewEditors().length === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const editor = vscode.window.activeTextEditor;
      // What goes wrong here is said when the command is used.
      if (editor?.document === document) this.#update(editor).catch(() => {});
    }, REST);
  }

  async #update(editor: vscode.TextEditor): Promise<void> {
    this.#asked?.cancel();
    const { token } = (this.#asked = new CancellationTokenSource());
    const at = editor.selection.active;
    const preview = (await this.#ask(editor, at, this.#path, token)) ?? (await this.#ask(editor, at, undefined, token));
    // Keys that end nowhere leave the preview as it is.
    if (preview && previewEditors().length > 0) await this.#open(editor, preview);
  }

  /** Asks the server; `null` if there is nothing to show. */
  async #ask(
    editor: vscode.TextEditor,
    at: vscode.Position,
    path: string | undefined,
    token?: vscode.CancellationToken,
  ): Promise<Preview | null> {
    const client = this.#client();
    if (client?.isRunning() !== true) throw new Error("The language server gkc is not running.");
    const textDocument = client.code2ProtocolConverter.asTextDocumentIdentifier(editor.document);
    const position = client.code2ProtocolConverter.asPosition(at);
    const params = { textDocument, position, ...(path !== undefined && { path }) };
    return client.sendRequest(PreviewRequest, params, token);
  }

  async #open(source: vscode.TextEditor, preview: Preview): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${preview.path}`, query: source.document.uri.toString() });
    this.#path = preview.path;
    this.#previews.set(uri.toString(), preview);
    this.#changed.fire(uri);
    let document = await vscode.workspace.openTextDocument(uri);
    if (document.languageId !== preview.language) {
      // A language that no extension knows stays what the name of the file suggests.
      document = await Promise.resolve(vscode.languages.setTextDocumentLanguage(document, preview.language)).catch(() => document);
    }
    if (!previewEditors().some((editor) => editor.document.uri.toString() === uri.toString())) {
      const viewColumn = previewEditors()[0]?.viewColumn ?? vscode.ViewColumn.Beside;
      await vscode.window.showTextDocument(document, { viewColumn, preserveFocus: true, preview: true });
      await closeOthers(uri);
    }
    this.#highlight();
  }

  /** Marks the lines that come from the key, in the texts that are visible now. */
  #highlight(): void {
    for (const editor of previewEditors()) {
      const preview = this.#previews.get(editor.document.uri.toString());
      // The text arrives later than the preview.
      if (preview === undefined || preview.text !== editor.document.getText()) continue;
      const ranges = preview.ranges.map(
        ({ start, end }) => new vscode.Range(start.line, start.character, end.line, end.character),
      );
      editor.setDecorations(this.#fromKey, ranges);
      if (ranges[0]) editor.revealRange(ranges[0], vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }
}

function previewEditors(): vscode.TextEditor[] {
  return vscode.window.visibleTextEditors.filter((editor) => editor.document.uri.scheme === SCHEME);
}

/** The editor of a configuration: the one that is named, else the active one. */
function editorOf(uri: unknown): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  // A server may write a URI otherwise than VS Code does.
  const wanted = typeof uri === "string" ? vscode.Uri.parse(uri).toString() : activeTextEditor?.document.uri.toString();
  return visibleTextEditors.find(({ document }) => document.uri.toString() === wanted && isConfig(document));
}

/** One preview at a time, also for those who turned off VS Code's preview tabs. Pinned ones stay. */
async function closeOthers(shown: vscode.Uri): Promise<void> {
  const others = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ input, isPinned }) => {
    const uri = input instanceof vscode.TabInputText ? input.uri : undefined;
    return uri?.scheme === SCHEME && uri.toString() !== shown.toString() && !isPinned;
  });
  await vscode.window.tabGroups.close(others, true);
}
