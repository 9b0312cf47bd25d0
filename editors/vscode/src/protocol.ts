// `gkc/preview`: the artifact that a key ends in.

import { type Position, type Range, RequestType, type TextDocumentIdentifier } from "vscode-languageclient/node";

export interface PreviewParams {
  textDocument: TextDocumentIdentifier;
  position: Position;
  /** Chooses one artifact among those that the key ends in. */
  path?: string;
}

export interface Preview {
  path: string;
  /** As VS Code names languages. */
  language: string;
  text: string;
  /** The lines that come from the key. */
  ranges: Range[];
  /** All artifacts that the key ends in. */
  paths: string[];
}

export const PreviewRequest = new RequestType<PreviewParams, Preview | null, void>("gkc/preview");
