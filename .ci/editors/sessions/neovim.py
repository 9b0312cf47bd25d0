"""A session of Neovim's own client with `gkc lsp`, driven through Neovim's API.
usage: neovim.py NTH FOLDER NVIM..., where NTH counts the setups of docs/editors.md, and NVIM may begin with `inside` and its folder
"""

import pathlib
import shutil
import sys

import pynvim
from common import same, setup, wait

nth, folder, argv = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
# Where the editor is, the folder may have another name.
root = argv[1] if argv[0].endswith("inside") else ""
home = pathlib.Path(root + folder)
shutil.copytree(pathlib.Path(__file__).parents[1] / "text", home, dirs_exist_ok=True)
(home / "init.lua").write_text(setup("Neovim", "lua", nth))

vim = pynvim.attach(
    "child",
    argv=[*argv, "--embed", "--headless", "--clean", "-u", f"{folder}/init.lua", f"{folder}/gitpod-k3s.yaml"],
)
version = vim.exec_lua("local v = vim.version(); return v.major .. '.' .. v.minor .. '.' .. v.patch")
print("Neovim", version)


def findings():
    return {found["code"]: found for found in vim.exec_lua("return vim.diagnostic.get(0)")}


def text():
    return "\n".join(vim.current.buffer[:]) + "\n"


def cursor_to(word):
    """Puts the cursor on a word that is the last of its line, but for brackets."""
    for number, line in enumerate(vim.current.buffer[:], 1):
        if line.rstrip("]").endswith(word):
            vim.current.window.cursor = (number, line.rindex(word))
            return
    sys.exit(f"{word} is not in the text")


wait("the finding", lambda: "passlist-uppercase" in findings())
print("finding", findings()["passlist-uppercase"]["message"].splitlines()[0])

cursor_to("Acme.dev")
vim.exec_lua("vim.lsp.buf.hover()")
wait("hover", lambda: len(vim.windows) == 2)
print("hover", [line for line in vim.windows[-1].buffer[:] if line][0])
vim.input("j")
wait("hover to close", lambda: len(vim.windows) == 1)

# A menu waits for a key that nobody presses here.
vim.exec_lua(
    """vim.ui.select = function(actions, options, choose)
      titles = {}
      for _, each in ipairs(actions) do
        titles[#titles + 1] = options.format_item(each)
      end
      choose(actions[1])
    end"""
)
cursor_to("Acme.dev")
vim.exec_lua("vim.lsp.buf.code_action()")
wait("the fix", lambda: "Acme.dev" not in text())
wait("the finding to go", lambda: "passlist-uppercase" not in findings())
print("code actions", vim.exec_lua("return titles"))

cursor_to("gi")
vim.options["completeopt"] = "menuone"
vim.current.buffer.options["omnifunc"] = "v:lua.vim.lsp.omnifunc"
vim.input("A<C-x><C-o>")
wait("completion", lambda: vim.funcs.pumvisible())
print("completion", [item["word"] for item in vim.funcs.complete_info(["items"])["items"]])
vim.input("<C-y><Esc>")
wait("the completion in the text", lambda: "platform: gitpod\n" in text())

can_rename = """
    local client = (vim.lsp.get_clients or vim.lsp.get_active_clients)()[1]
    return (client.server_capabilities or client.resolved_capabilities).renameProvider ~= nil
"""
renames = vim.exec_lua(can_rename)
if renames:
    cursor_to("main")
    vim.exec_lua("vim.lsp.buf.rename('workers')")
    wait("the new name", lambda: "name: workers" in text())
    print("rename")

# 0.7 has two of these, and later ones this.
vim.exec_lua("if vim.lsp.buf.format then vim.lsp.buf.format() else vim.lsp.buf.formatting_sync(nil, 5000) end")
vim.command("write")
same((home / "gitpod-k3s.yaml").read_text(), home, renames)
print("formatted and saved")
vim.command("quitall", async_=True)
