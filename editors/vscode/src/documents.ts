// Which documents are configurations.

import * as vscode from "vscode";

/** The language of a configuration. It is not `yaml`, so that other YAML language servers leave these documents alone. */
export const LANGUAGE = "gitpod-k3s";

/** Configurations. Only files and new documents: the two sides of a diff would report every finding again. */
export const CONFIGS = ["file", "untitled"].flatMap((scheme) => [
  { scheme, language: LANGUAGE },
  // For those who associated the name with YAML.
  { scheme, language: "yaml", pattern: "**/gitpod-k3s.{yaml,yml}" },
]);

/** What the server is told of: policies too, which a configuration may name, since what is typed there counts before it is saved. */
export const SERVED = [...CONFIGS, { scheme: "file", pattern: "**/*.hujson" }];

export function isConfig(document: vscode.TextDocument): boolean {
  return vscode.languages.match(CONFIGS, document) > 0;
}

/**
 * Gives YAML documents that say what they are our language. VS Code does so itself if the first line says it, but a comment may precede
 * it. Once for each document: whoever changes the language back means it.
 */
export function recognizeConfigs(): vscode.Disposable {
  const changed = new Set<string>();
  const recognize = (document: vscode.TextDocument) => {
    const uri = document.uri.toString();
    const candidate = document.languageId === "yaml" && !isConfig(document) && !changed.has(uri);
    if (candidate && /^apiVersion: gitpod-k3s\//m.test(document.getText())) {
      changed.add(uri);
      void vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
    }
  };
  vscode.workspace.textDocuments.forEach(recognize);
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(recognize),
    vscode.workspace.onDidSaveTextDocument(recognize),
  );
}
