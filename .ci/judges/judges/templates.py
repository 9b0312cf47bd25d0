"""A small reader of the Terraform templates that gkc writes, so that they can be judged where Terraform is not.

It knows what gkc uses: `$${`, `%%{`, variables, quoted templates, jsonencode, base64encode, urlencode and replace. Anything
else is an error. The self-test compares it with Terraform itself.
"""

import base64
import json
import unicodedata
import urllib.parse


class TemplateError(Exception):
    """The template is not of the kind that gkc writes."""


class Dummies(dict):
    """The given values, and a made-up one for any other variable."""

    def __init__(self, values=None):
        super().__init__(values or {})

    def __missing__(self, name):
        return "dummy-" + name.replace("_", "-")


def render(text, values):
    reader = Reader(text.removeprefix("\ufeff"), values)
    out = reader.template(end=None)
    return unicodedata.normalize("NFC", out)


def variables(text):
    """The names of the variables that a template uses."""
    seen = set()

    class Recorder(dict):
        def __missing__(self, name):
            seen.add(name)
            return ""

    render(text, Recorder())
    return sorted(seen)


def jsonencode(text):
    out = json.dumps(text, ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        out = out.replace(char, f"\\u{ord(char):04x}")
    return out


def substitute(text, old, new):
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        raise TemplateError("replace with a regular expression is not known here")
    return text.replace(old, new)


FUNCTIONS = {
    "jsonencode": jsonencode,
    "base64encode": lambda text: base64.b64encode(text.encode()).decode(),
    "replace": substitute,
    "urlencode": urllib.parse.quote_plus,
}


class Reader:
    def __init__(self, text, values):
        self.text = text
        self.values = values
        self.at = 0

    def starts(self, what):
        return self.text.startswith(what, self.at)

    def take(self, what):
        if not self.starts(what):
            raise TemplateError(f"{what!r} expected at {self.text[self.at:self.at + 40]!r}")
        self.at += len(what)

    def template(self, end):
        """Template text up to `end`, a closing quote, or to the end of the file."""
        out = []
        while self.at < len(self.text):
            if end and self.starts(end):
                return "".join(out)
            if self.starts("$${") or self.starts("%%{"):
                out.append(self.text[self.at + 1 : self.at + 3])
                self.at += 3
            elif self.starts("${"):
                self.at += 2
                out.append(self.expression())
                self.take("}")
            elif self.starts("%{"):
                raise TemplateError(f"a directive, which gkc never writes: {self.text[self.at:self.at + 40]!r}")
            elif end and self.starts("\\"):
                out.append(self.escape())
            else:
                out.append(self.text[self.at])
                self.at += 1
        if end:
            raise TemplateError("a quoted template does not end")
        return "".join(out)

    def escape(self):
        kind = self.text[self.at + 1]
        length = {"u": 4, "U": 8}.get(kind)
        if length:
            code = self.text[self.at + 2 : self.at + 2 + length]
            self.at += 2 + length
            return chr(int(code, 16))
        if kind not in 'nrt"\\':
            raise TemplateError(f"unknown escape \\{kind}")
        self.at += 2
        return {"n": "\n", "r": "\r", "t": "\t"}.get(kind, kind)

    def expression(self):
        if self.starts('"'):
            self.at += 1
            text = self.template(end='"')
            self.take('"')
            return unicodedata.normalize("NFC", text)
        start = self.at
        while self.at < len(self.text) and (self.text[self.at].isalnum() or self.text[self.at] in "_-"):
            self.at += 1
        name = self.text[start : self.at]
        if not name or not (name[0].isalpha() or name[0] == "_"):
            raise TemplateError(f"an expression that gkc never writes: {self.text[start:start + 40]!r}")
        if not self.starts("("):
            return self.values[name]
        return self.call(name)

    def call(self, name):
        if name not in FUNCTIONS:
            raise TemplateError(f"the function {name}, which gkc never writes")
        self.take("(")
        arguments = [self.expression()]
        while self.starts(", "):
            self.take(", ")
            arguments.append(self.expression())
        self.take(")")
        return FUNCTIONS[name](*arguments)
