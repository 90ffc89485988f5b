"""Plants faults into a copy of the domain's source, as choices that the program makes when it runs.

`a < b` becomes `planted::less(17, a, b)`, which is `a <= b` when fault 17 is awake (planted/planted.hpp). So one build has
all faults, and each costs one run of the tests. Works on the text: the code must be formatted by clang-format.
"""

import dataclasses
import re

TOKEN = re.compile(r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<directive>^\#[^\n]*(?:\\\n[^\n]*)*)
  | (?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])')
  | (?P<number>\d[\w']*(?:\.\d+)?)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<mark><=>|->\*|<<=|>>=|\.\.\.|::|->|<=|>=|==|!=|&&|\|\||\+\+|--|\+=|-=|\*=|/=|%=|&=|\|=|\^=|<<|.)
""", re.VERBOSE | re.DOTALL | re.MULTILINE)

PRECEDENCE = {"||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, ">": 7, "<=": 7, ">=": 7, "<=>": 8,
              "<<": 9, "+": 10, "-": 10, "*": 11, "/": 11, "%": 11}
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
CLOSER = {"(": ")", "[": "]", "{": "}", "<": ">"}
COMPARISONS = {"<": ("less", "<="), "<=": ("less_equal", "<"), ">": ("greater", ">="), ">=": ("greater_equal", ">"),
               "==": ("equal", "!="), "!=": ("unequal", "==")}
KEYWORDS = {"return", "if", "else", "for", "while", "do", "switch", "case", "default", "break", "continue", "using",
            "typedef", "static_assert", "template", "class", "struct", "enum", "union", "namespace", "public", "private",
            "protected", "friend", "virtual", "explicit", "static", "constexpr", "constinit", "consteval", "const", "inline",
            "auto", "void", "bool", "extern", "operator", "throw", "delete", "new", "mutable", "try", "catch", "assert",
            "static_cast", "requires", "this"}
# What code says that refuses something.
REFUSING = re.compile(r"refus|group_visible|bad_argument|problem|doubt|\.(invalid|bad_group_id|too_many)\(")


@dataclasses.dataclass
class Token:
    text: str
    kind: str
    start: int
    end: int
    spaced: bool = False  # something stands between it and the one before
    bracket: bool = False  # `<` and `>` around template arguments
    mate: int = -1  # of a bracket, the other one
    code: bool = False  # inside a function
    constant: bool = False  # evaluated when compiling: no fault there could ever wake
    frozen: bool = False  # formatted by hand: tables, which are no code


@dataclasses.dataclass
class Fault:
    number: int
    kind: str
    file: str
    line: int
    what: str
    source: str  # the line, without its indentation
    in_line: int = 1  # which of the same faults of the line
    in_file: int = 1  # which of the same faults of all lines that read the same

    @property
    def name(self):
        return f"{self.file}:{self.line} {self.what}{nth(self.in_line)}"

    @property
    def key(self):
        """Does not change when lines are added above."""
        return f"{self.file} {self.what}{nth(self.in_file)}\n{self.source}"


def nth(ordinal):
    return f" ({ordinal})" if ordinal > 1 else ""


def tokens_of(source):
    tokens, end, frozen = [], 0, False
    for match in TOKEN.finditer(source):
        kind = match.lastgroup
        if kind == "comment":
            if "clang-format off" in match.group():
                frozen = True
            if "clang-format on" in match.group():
                frozen = False
        if kind in ("comment", "directive") or match.group().isspace():
            continue
        tokens.append(Token(match.group(), kind, match.start(), match.end(), match.start() != end or not tokens,
                            frozen=frozen))
        end = match.end()
    match_brackets(tokens)
    mark_code(tokens)
    mark_constants(tokens)
    return tokens


def match_brackets(tokens):
    open_brackets = []
    for i, token in enumerate(tokens):
        before = tokens[i - 1] if i else None
        if token.text == "<" and before and before.text != "operator":
            token.bracket = not token.spaced or before.text == "template"
        if token.text in ("(", "[", "{") or token.bracket:
            open_brackets.append(i)
        elif token.text == ">" and open_brackets and tokens[open_brackets[-1]].bracket:
            token.bracket = True
            join(tokens, open_brackets.pop(), i)
        elif token.text in (")", "]", "}"):
            while open_brackets and tokens[open_brackets[-1]].bracket:
                tokens[open_brackets.pop()].bracket = False  # a comparison without a space
            join(tokens, open_brackets.pop(), i)


def join(tokens, one, other):
    assert CLOSER[tokens[one].text] == tokens[other].text, (tokens[one], tokens[other])
    tokens[one].mate, tokens[other].mate = other, one


def mark_code(tokens):
    """Finds the bodies of functions."""
    for i, token in enumerate(tokens):
        if token.text != "{" or token.code or not token.spaced:
            continue
        head = head_of(tokens, i)
        words = [t.text for t in head]
        if any(word in ("struct", "class", "enum", "union", "namespace") for word in words) or not any(
                word == ")" for word in words) or "=" in words:
            continue
        for inside in tokens[i:token.mate + 1]:
            inside.code = True


def head_of(tokens, i):
    """The tokens before a `{` back to the statement's start, without what is in brackets."""
    head, at = [], i - 1
    while at >= 0 and tokens[at].text not in (";", "{", "}") or at >= 0 and tokens[at].text == "}" and not spaced_block(
            tokens, at):
        head.insert(0, tokens[at])
        at = tokens[at].mate - 1 if tokens[at].mate != -1 and tokens[at].mate < at else at - 1
    return head


def spaced_block(tokens, closer):
    return tokens[tokens[closer].mate].spaced


def mark_constants(tokens):
    """What is evaluated when compiling: constants, `if constexpr`, `requires`, assertions."""
    for i, token in enumerate(tokens):
        if token.text in ("static_assert", "requires", "assert", "enum", "concept"):
            mark_until(tokens, i)
        elif token.text in ("constexpr", "consteval"):
            if tokens[i - 1].text == "if":
                for inside in tokens[i + 1:tokens[i + 1].mate + 1]:
                    inside.constant = True
            else:
                mark_until(tokens, i)


def mark_until(tokens, i):
    """To the end of the declaration, when it is one of a constant and not of a function."""
    at = i
    while at < len(tokens) and tokens[at].text != ";":
        if tokens[at].text == "{" and tokens[at].code and tokens[at].spaced:
            return
        if tokens[at].mate > at:
            for inside in tokens[at:tokens[at].mate]:
                inside.constant = True
            at = tokens[at].mate
        tokens[at].constant = True
        at += 1


class Planter:
    """Plants the faults of one file."""

    def __init__(self, file, source, number):
        self.file, self.source, self.number = file, source, number
        self.tokens = tokens_of(source)
        self.faults = []
        self.edits = []  # (offset, order, size, text)
        self.replaced = {}

    def plant(self):
        for i in range(len(self.tokens)):
            token = self.tokens[i]
            if token.frozen:
                continue
            if token.text in ("CommandSpec", "EventSpec") and self.tokens[i - 1].text == "const":
                self.members(i)
            elif token.text == "constexpr" and not token.code:
                self.constant(i)
            if not token.code or token.constant:
                continue
            before = self.tokens[i - 1]
            if token.text in COMPARISONS and not token.bracket and before.text != "operator":
                self.comparison(i)
            elif token.text in ("&&", "||") and token.spaced and before.text != "operator":
                self.connective(i)
            elif token.text == "!":
                self.negation(i)
            elif token.text == "if" and self.tokens[i + 1].text == "(":
                self.condition(i)
            elif token.text in ("refuse", "refuse_custom_write") and self.tokens[i + 1].text == "(":
                self.refusal(i)
            elif token.text in ("min", "max") and before.text == "::" and self.tokens[i - 2].text == "std":
                self.extreme(i)
            elif token.kind == "number" and before.text in ("+", "-") and before.spaced:
                self.summand(i)
            if before.text in (";", "{", "}", ")", "else", ":"):
                self.statement(i)
        return self

    def fault(self, kind, i, what):
        start = self.tokens[i].start
        line = self.source.count("\n", 0, start) + 1
        text = self.source[self.source.rfind("\n", 0, start) + 1:]
        fault = Fault(self.number + len(self.faults), kind, self.file, line, what, text.split("\n", 1)[0].strip())
        twins = [other for other in self.faults if (other.what, other.source) == (what, fault.source)]
        fault.in_file += len(twins)
        fault.in_line += sum(1 for other in twins if other.line == line)
        self.faults.append(fault)
        return fault.number

    # Where an operand begins and ends.

    def left(self, i, precedence):
        at = i - 1
        while True:
            token = self.tokens[at]
            if token.mate != -1 and token.mate < at and not (token.text == "}" and spaced_block(self.tokens, at)):
                at = token.mate - 1
                continue
            if self.ends(token, at, lambda other: other < precedence):
                return at + 1
            at -= 1

    def right(self, i, precedence):
        at = i + 1
        while True:
            token = self.tokens[at]
            if token.mate > at and not (token.text == "{" and token.spaced and self.tokens[at - 1].text != ")"):
                at = token.mate + 1
                continue
            if self.ends(token, at, lambda other: other <= precedence):
                return at - 1
            at += 1

    def ends(self, token, at, binds_less):
        if token.text in (",", ";", "?", ":", "{", "}", ")", "]", "(", "[", "return", "case", "else"):
            return True
        if token.text in ASSIGNMENTS:
            return True
        if token.bracket:
            return True
        before = self.tokens[at - 1]
        binary = token.spaced and (before.kind in ("name", "number", "text") and before.text not in KEYWORDS or
                                   before.text in (")", "]", "}"))
        return binary and token.text in PRECEDENCE and binds_less(PRECEDENCE[token.text])

    def operand_of_prefix(self, i):
        """Where the operand of the prefix operator at `i` ends."""
        at = i + 1
        while self.tokens[at].text in ("!", "*", "&", "-"):
            at += 1
        at = self.tokens[at].mate if self.tokens[at].mate > at else at
        while True:
            after = self.tokens[at + 1]
            if after.text in (".", "->", "::"):
                at += 2
            elif after.mate > at and not after.spaced:
                at = after.mate
            else:
                return at

    # Edits: what opens at an offset goes from the widest to the narrowest, what closes the other way round.

    def wrap(self, first, last, before, after):
        start, end = self.tokens[first].start, self.tokens[last].end
        self.edits.append((start, 1, start - end, before))
        self.edits.append((end, 0, end - start, after))

    def replace(self, i, text):
        self.replaced[self.tokens[i].start] = (self.tokens[i].end, text)

    def result(self):
        parts, at = [], 0
        points = [(offset, order, size, k, text) for k, (offset, order, size, text) in enumerate(self.edits)]
        points += [(start, 2, 0, 0, (end, text)) for start, (end, text) in self.replaced.items()]
        for offset, _, _, _, text in sorted(points, key=lambda point: point[:4]):
            parts.append(self.source[at:offset])
            at = offset
            if isinstance(text, tuple):
                at, text = text
            parts.append(text)
        return "".join(parts) + self.source[at:]

    # The kinds of faults.

    def comparison(self, i):
        operator = self.tokens[i].text
        function, instead = COMPARISONS[operator]
        kind = "equality" if operator in ("==", "!=") else "boundary"
        first, last = self.left(i, PRECEDENCE[operator]), self.right(i, PRECEDENCE[operator])
        number = self.fault(kind, i, f"{operator} to {instead}")
        self.wrap(first, last, f"planted::{function}({number}, ", ")")
        self.replace(i, ",")

    def connective(self, i):
        operator = self.tokens[i].text
        first, last = self.left(i, PRECEDENCE[operator]), self.right(i, PRECEDENCE[operator])
        number = self.fault("logic", i, f"{operator} to {'&&' if operator == '||' else '||'}")
        # With the three negations, `a && b` is `a || b`.
        on = f"planted::on({number})"
        self.wrap(first, last, f"({on} != (({on} != planted::is(", "))))")
        self.replace(i, f")) {operator} ({on} != planted::is(")

    def negation(self, i):
        if self.tokens[i + 1].kind == "name" or self.tokens[i + 1].text in ("(", "*", "!"):
            number = self.fault("negation", i, "without !")
            self.wrap(i, self.operand_of_prefix(i), f"planted::negated({number}, ", ")")
            self.replace(i, "")

    def controlled(self, i):
        """The first and last token of what the `if` at `i` decides about."""
        first = self.tokens[i + 1].mate + 1
        at = first
        if self.tokens[at].text == "{":
            return first, self.tokens[at].mate
        while self.tokens[at].text in ("if", "for", "while"):
            at = self.tokens[at + 1 if self.tokens[at + 1].text == "(" else at + 2].mate + 1
            if self.tokens[at].text == "{":
                return first, self.tokens[at].mate
        while self.tokens[at].text != ";":
            at = self.tokens[at].mate + 1 if self.tokens[at].mate > at else at + 1
        return first, at

    def condition(self, i):
        opener = i + 1
        closer = self.tokens[opener].mate
        first, last = self.controlled(i)
        kind = "check" if self.refuses(first, last) else "branch"
        begin = opener + 1
        for at in range(opener + 1, closer):
            if self.tokens[at].text == ";" and self.depth_between(opener, at):
                begin = at + 1
        declares = begin == opener + 1 and any(
            token.text == "=" and self.depth_between(opener, at)
            for at, token in enumerate(self.tokens[opener + 1:closer], opener + 1))
        if declares:
            if self.tokens[last + 1].text == "else":
                return
            number = self.fault(kind, i, "never")
            self.edits.append((self.tokens[i].start, 1, -10**6, f"if (planted::off({number})) "))
        else:
            number = self.fault(kind, i, "never")
            self.wrap(begin, closer - 1, f"planted::passes({number}, ", ")")

    def refuses(self, first, last):
        return REFUSING.search(self.source[self.tokens[first].start:self.tokens[last].end]) is not None

    def depth_between(self, opener, at):
        """Whether the token is directly inside the brackets."""
        step = opener + 1
        while step < at:
            step = self.tokens[step].mate + 1 if self.tokens[step].mate > step else step + 1
        return step == at

    def refusal(self, i):
        first = self.left(i, 2) if self.tokens[i - 1].text in (".", "->") else i
        before = self.tokens[first - 1]
        unconditional = before.text == "return" and self.tokens[first - 2].text in (";", "{", "}")
        if before.text == "||" or unconditional:
            number = self.fault("check", i, "passes")
            self.edits.append((self.tokens[first].start, 1, 0, f"planted::on({number}) || "))

    def extreme(self, i):
        after = self.tokens[i + 1]
        typed = after.bracket
        opener = after.mate + 1 if typed else i + 1
        if self.tokens[opener].text != "(" or self.tokens[opener + 1].text == "{":
            return
        name = self.tokens[i].text
        number = self.fault("extreme", i, f"{name} to {'max' if name == 'min' else 'min'}")
        self.replace(i - 2, "planted")
        self.replace(i, name + ("_as" if typed else ""))
        self.edits.append((self.tokens[opener].end, 0, 0, f"{number}, "))

    def summand(self, i):
        text = self.tokens[i].text
        more = self.fault("number", i, f"{text} to {int(text, 0) + 1}")
        less = self.fault("number", i, f"{text} to {int(text, 0) - 1}")
        self.wrap(i, i, f"planted::number({more}, {less}, ", ")")

    def constant(self, i):
        """`constexpr std::size_t most = 64;` outside functions."""
        at = i
        while self.tokens[at].text not in ("=", ";", "(", "{"):
            at += 1
        type_name = " ".join(token.text for token in self.tokens[i + 1:at - 1])
        if self.tokens[at].text != "=" or not re.fullmatch(r"(std :: )?(u?int\d+_t|size_t)", type_name):
            return
        last = at
        while self.tokens[last + 1].text != ";":
            last += 1
        more = self.fault("limit", at - 1, f"{self.tokens[at - 1].text} one more")
        less = self.fault("limit", at - 1, f"{self.tokens[at - 1].text} one less")
        self.replace(i, "const")
        self.wrap(at + 1, last, f"planted::number<{type_name.replace(' ', '')}>({more}, {less}, ", ")")

    def members(self, i):
        """The members of a specification: `.cell = cell<...>`."""
        specification = self.source[self.tokens[i].start:self.tokens[self.tokens[i + 1].mate].end]
        opener = i
        while self.tokens[opener].text not in ("{", ";"):
            opener += 1
        if self.tokens[opener].text == ";":
            return
        closer = self.tokens[opener].mate
        self.replace(i - 2, "[[gnu::init_priority(200)]]")
        assert self.tokens[i - 2].text == "constinit"
        at = opener + 1
        while at < closer:
            name, first = self.tokens[at + 1].text, at + 3
            last = self.right(first - 1, 0)
            if name not in ("emit", "fold"):
                number = self.fault("specification", at + 1, f"without .{name}")
                self.wrap(first, last, f"planted::member({number}, {specification}{{}}.{name}, ", ")")
            at = last + 2

    def statement(self, i):
        """A statement that is only an expression: a call or an assignment."""
        token = self.tokens[i]
        if token.kind != "name" and token.text not in ("++", "--", "*", "("):
            return
        if token.text in KEYWORDS:
            return
        before = self.tokens[i - 1]
        if before.text == ")" and not self.controls(before.mate):
            return
        if before.text == ":" and self.tokens[i - 2].text not in ("default",) and "case" not in [
                t.text for t in self.tokens[max(0, i - 8):i]]:
            return
        if before.text in ("{", "}") and not (before.text == "{" and before.spaced or before.text == "}" and spaced_block(
                self.tokens, i - 1)):
            return
        at, called = i, False
        while self.tokens[at].text in ("++", "--", "*"):
            called = called or self.tokens[at].text != "*"
            at += 1
        if self.tokens[at].text == "(":
            at = self.tokens[at].mate + 1
        elif self.tokens[at].kind == "name":
            at += 1
        while True:
            after = self.tokens[at]
            if after.text in (".", "->", "::"):
                at += 2
                if self.tokens[at - 1].text == "template":
                    at += 1
            elif after.mate > at and not after.spaced and after.text != "{":
                called = called or after.text == "("
                at = after.mate + 1
            else:
                break
        if not (self.tokens[at].text == ";" and called or self.tokens[at].text in ASSIGNMENTS):
            return
        if self.tokens[at + 1].text in ("delete", "default"):
            return
        while self.tokens[at].text != ";":
            if self.tokens[at].text in (")", "}"):
                return
            at = self.tokens[at].mate + 1 if self.tokens[at].mate > at else at + 1
        needs = self.source[token.start:].startswith("needed.push_back")
        number = self.fault("check" if needs or self.refuses(i, at) else "statement", i, "skipped")
        self.wrap(i, at - 1, f"planted::off({number}) ? void(", ") : void()")

    def controls(self, opener):
        before = self.tokens[opener - 1]
        return before.text in ("if", "for", "while") or before.text == "constexpr"


def plant(file, source, number):
    """The source with its faults planted, and the faults, numbered from `number`."""
    planter = Planter(file, source, number).plant()
    text = planter.result()
    if planter.faults:
        include = "#include <muster/domain/planted.hpp>\n"
        text = text.replace("#pragma once\n", f"#pragma once\n{include}", 1) if file.endswith(".hpp") else include + text
    return text, planter.faults
