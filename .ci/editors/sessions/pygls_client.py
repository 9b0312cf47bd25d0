"""A session of pygls's client with `gkc lsp`. usage: pygls_client.py GKC FOLDER"""

import asyncio
import pathlib
import sys

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

server, folder = sys.argv[1], pathlib.Path(sys.argv[2])
path = folder / "gitpod-k3s.yaml"
document = lsp.TextDocumentIdentifier(uri=path.as_uri())


class Client(LanguageClient):
    """Keeps the findings that it is sent, and how the server ended."""

    def __init__(self):
        super().__init__("pygls", "1")
        self.published = asyncio.Queue()
        self.exited = asyncio.get_running_loop().create_future()

        @self.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: lsp.PublishDiagnosticsParams):
            self.published.put_nowait(params)

    async def server_exit(self, process):
        self.exited.set_result(process.returncode)


async def findings(client, wanted):
    """The next findings that `wanted` accepts."""
    while True:
        params = await asyncio.wait_for(client.published.get(), 20)
        if wanted({item.code for item in params.diagnostics}):
            return params.diagnostics


def offset(text, position):
    """Columns count UTF-16 units, which are characters in this text."""
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: position.line])) + position.character


def edited(text, edits):
    for edit in sorted(edits, key=lambda edit: offset(text, edit.range.start), reverse=True):
        text = text[: offset(text, edit.range.start)] + edit.new_text + text[offset(text, edit.range.end) :]
    return text


def edits_of(change):
    if change.changes:
        return change.changes[document.uri]
    (change,) = change.document_changes
    return change.edits


async def main():
    client = Client()
    text, version = path.read_text(), 1

    def change(new):
        nonlocal text, version
        text, version = new, version + 1
        client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(uri=document.uri, version=version),
                [lsp.TextDocumentContentChangeWholeDocument(text=new)],
            )
        )

    await client.start_io(server, "lsp")
    fixes = lsp.ClientCodeActionLiteralOptions(lsp.ClientCodeActionKindOptions([lsp.CodeActionKind.QuickFix]))
    actions = lsp.CodeActionClientCapabilities(code_action_literal_support=fixes, is_preferred_support=True)
    capabilities = lsp.ClientCapabilities(text_document=lsp.TextDocumentClientCapabilities(code_action=actions))
    started = await client.initialize_async(lsp.InitializeParams(capabilities=capabilities, root_uri=folder.as_uri()))
    client.initialized(lsp.InitializedParams())
    print("server", started.server_info)
    client.text_document_did_open(
        lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(document.uri, "yaml", version, text))
    )

    found = await findings(client, lambda codes: "passlist-uppercase" in codes)
    mistake = next(item for item in found if item.code == "passlist-uppercase")
    print("finding", mistake.range, mistake.message.splitlines()[0])

    hover = await client.text_document_hover_async(lsp.HoverParams(document, mistake.range.start))
    assert "Acme.dev" in hover.contents.value, hover
    print("hover", hover.contents.value.splitlines()[0])

    line = text.splitlines().index("platform: gi")
    at = lsp.Position(line, len("platform: gi"))
    items = await client.text_document_completion_async(lsp.CompletionParams(document, at))
    items = items if isinstance(items, list) else items.items
    chosen = next(item for item in items if item.label == "gitpod")
    print("completion", [item.label for item in items])
    change(edited(text, [chosen.text_edit]))

    actions = await client.text_document_code_action_async(
        lsp.CodeActionParams(document, mistake.range, lsp.CodeActionContext(diagnostics=[mistake]))
    )
    fix = next(action for action in actions if action.is_preferred)
    print("code action", fix.title)
    change(edited(text, edits_of(fix.edit)))
    await findings(client, lambda codes: "passlist-uppercase" not in codes)

    expected = (folder / "expected.yaml").read_text()
    if started.capabilities.rename_provider:
        line = next(n for n, each in enumerate(text.splitlines()) if "name: main" in each)
        at = lsp.Position(line, text.splitlines()[line].index("main"))
        change(edited(text, edits_of(await client.text_document_rename_async(lsp.RenameParams(document, at, "workers")))))
        expected = expected.replace("name: main", "name: workers")
        print("rename")

    edits = await client.text_document_formatting_async(
        lsp.DocumentFormattingParams(document, lsp.FormattingOptions(tab_size=2, insert_spaces=True))
    )
    change(edited(text, edits))
    assert text == expected, text
    print("formatting")

    symbols = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
    names = [symbol.name for symbol in symbols]
    assert names[:2] == ["apiVersion", "domain"], names
    print("symbols", names)

    client.text_document_did_close(lsp.DidCloseTextDocumentParams(document))
    await findings(client, lambda codes: not codes)
    await client.shutdown_async(None)
    client.exit(None)
    code = await asyncio.wait_for(client.exited, 10)
    assert code == 0, code
    print("exit code", code)


asyncio.run(asyncio.wait_for(main(), 60))
